# Commands for people; `make help` lists them. Needs Go 1.26 and GNU make.
# `make test` also uses Node 20, Python 3.11, Java 17 and Maven, and says so when
# they are not there. What gets installed goes to .tools/ and to node_modules folders.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN       := .tools/bin
FUNCTIONS := $(notdir $(wildcard functions/*))

# How a Lambda function is compiled. Without stamps, so that a commit that does
# not touch a function does not redeploy it; without the RPC mode of old runtimes.
LAMBDA_ARCH  ?= arm64
LAMBDA_FLAGS := -trimpath -buildvcs=false -tags lambda.norpc -ldflags "-s -w"
LAMBDA_MOST  := 8000000 # bytes of a zip: every cold start fetches and unpacks one
LAMBDA_BUILD := GOOS=linux GOARCH=$(LAMBDA_ARCH) CGO_ENABLED=0 go build $(LAMBDA_FLAGS)

# A program that speaks DynamoDB's API, installed when it is first asked for.
DYNOXIDE = $$(.ci/dynamo-programs)/node_modules/@dynoxide/linux-x64/dynoxide

## Use

run: bin/tollgate ## start the gateway: make run ARGS="--config my.yaml --port 8123"
	@bin/tollgate $(ARGS)

bin/tollgate: FORCE # go build knows whether anything changed
	@go build -o $@ ./local

## Check

test: tools ## run every suite, or some: make test ONLY=go,lint; REQUIRE_ALL=1 forbids skips
	@$(BIN)/suites -only "$(ONLY)"

lint: tools ## gofmt, gofumpt, vet, staticcheck, deadcode
	@.ci/lint

fmt: tools ## format all Go code
	@git ls-files --cached --others --exclude-standard '*.go' | xargs $(BIN)/gofumpt -w

smoke-aws: ## try a gateway anywhere: make smoke-aws URL=https://... KEY=sk-... (the master key); MODEL=a,b: these models; the calls cost a little
	@: "$${URL:?which gateway: the BaseUrl of a stack}" "$${KEY:?say the master key}"
	@SMOKE_URL="$$URL" SMOKE_KEY="$$KEY" SMOKE_MODEL="$${MODEL:-}" .ci/pytest local/clients/smoke

mutants: tools ## plant each bug of mutants/*.patch: the test it names must fail
	@$(BIN)/mutants mutants/*.patch

bench: tools bin/tollgate bin/chat ## CPU beside a bare reverse proxy (ARGS=-quick for a glance), allocations, cold start
	@go run ./local/bench -gateway bin/tollgate $(ARGS)
	@echo "with a row of the spend log for each request:"; go run ./local/bench -gateway bin/tollgate -rows $(ARGS)
	@go test -run '^$$' -bench Line -benchmem .
	@$(BIN)/coldstart bin/chat

bin/%: FORCE # a function, compiled as for Lambda but for this machine
	@CGO_ENABLED=0 go build $(LAMBDA_FLAGS) -o $@ ./functions/$*

capture: ## record again what LiteLLM and the vendors' own clients send, to compare with testdata
	@"$$(.ci/venv providers/oracle/requirements.txt)/bin/python" providers/oracle/observe.py
	@"$$(.ci/venv providers/capture/requirements.txt)/bin/python" providers/capture/capture.py
	@"$$(.ci/venv local/capture/requirements.txt)/bin/python" local/capture/run.py

verify: verify-mutants verify-repeat verify-fuzz verify-bench verify-functions verify-agents verify-ledger verify-batch verify-infra verify-nag verify-whole ## the long checks (about an hour)

verify-mutants: mutants

verify-repeat: ## the Go tests five times over, in random order
	go test -race -count=5 -shuffle=on ./...

verify-fuzz: ## every fuzz target for 15 seconds, four at a time
	@FUZZTIME=15s $(MAKE) --no-print-directory test ONLY=fuzz

verify-bench: tools bin/tollgate bin/chat ## fails at twice the bare proxy's cost, or 100 ms to be ready
	@go run ./local/bench -gateway bin/tollgate -limit 2
	@$(BIN)/coldstart -limit 100ms bin/chat

verify-functions: build lambda ## fails at 60 ms to start, 64 MB after 1,000 requests, or a zip of 8 MB (two minutes)
	@go run ./local/report -zips build -dynamo "$(DYNOXIDE)" -check

verify-ledger: ## a million schedules of budgets under kills and failures, and 20 runs of 20,000 requests against an upstream's own bills
	LEDGER_SCHEDULES=1000000 go test -count=1 -timeout 20m -v -run TestSchedules ./core/ledger
	LEDGER_STRESS=20000 LEDGER_STRESS_SEEDS=5 go test -count=1 -timeout 20m -v -run TestStress ./core/ledger
	EXACT_SEEDS=20 EXACT_REQUESTS=20000 EXACT_KILLS=100 go test -count=1 -timeout 20m -v ./local/exact
	@.ci/dynamo -v ./local/exact

verify-batch: ## 1,000 calls that nobody waits for, through SQS and functions that are killed (moto, DynamoDB Local; a minute or two)
	@EXACT_LINES=1000 .ci/dynamo -v -run '^(TestServersBatch|TestLambdaBatch)' ./local/exact

verify-whole: ## the clients' suites against the synthesized stack, and what its functions ask of AWS by its policies
	@.ci/whole

verify-agents: ## Claude Code, Codex and Gemini CLI, each answered by models of other vendors (installs 700 MB)
	@.ci/nodetest local/clients/agents

verify-infra: synth ## AWS's own linter on the templates of make synth, and on one with every option, SAM's build of every function, and two clones' bytes
	@CDK_CONTEXT_JSON="$$(cat infra/everything.json)" go -C infra run . -out ../build/everything
	@"$$(.ci/venv .ci/sam/requirements.txt)/bin/cfn-lint" --non-zero-exit-code warning --regions us-east-1 -- build/cdk.out/*.template.json build/everything/*.template.json
	@.ci/sam/build
	@.ci/same

verify-nag: ## cdk-nag's AwsSolutions on the stacks, and the CDK's own library on what the command line reads (installs 200 MB)
	@.ci/nodetest infra/nag

docs-page: ## take Swagger UI from npm again, in the version that local/clients/node pins
	@core/api/docs/swagger/take

report-aws: synth lambda ## what each function takes, and dollars: per million requests, idle, beside a container (docs/cost.md)
	@go run ./local/report -zips build -stacks build/cdk.out -dynamo "$(DYNOXIDE)" $(ARGS)

## Build

build: tools $(FUNCTIONS:%=build/%/bootstrap) ## a deployable zip for each Lambda function
	@$(BIN)/lambdazip -most $(LAMBDA_MOST) $(FUNCTIONS:%=build/%/bootstrap)

lambda: $(FUNCTIONS:%=build/local/%/bootstrap) ## the functions for this machine: make run ARGS="--mode=lambda"

build/local/%/bootstrap: FORCE
	@CGO_ENABLED=0 go build $(LAMBDA_FLAGS) -o $@ ./functions/$*

synth: build ## what the CDK's command line deploys, in build/cdk.out (docs/deploy.md)
	@rm -rf build/cdk.out
	@go -C infra run . -out ../build/cdk.out

bootstrap: build ## once for each account and region: what deployments are made with
	@infra/ship bootstrap dev $(ARGS)

deploy: build bin/tollgate ## make deploy CONFIG=my.yaml STAGE=dev [ARGS="-c KEY=VALUE"]: docs/deploy.md
	@infra/ship deploy "$(or $(STAGE),dev)" "$(CONFIG)" $(ARGS)

destroy: build ## make destroy STAGE=dev
	@infra/ship destroy "$(or $(STAGE),dev)" $(ARGS)

template: ## template.yaml, from core/routes and infra/stack
	@go -C infra run . -sam ../template.yaml

build/%/bootstrap: FORCE
	@$(LAMBDA_BUILD) -o $@ ./functions/$*

# sam build runs this for a resource such as ChatFunction.
build-%Function:
	$(LAMBDA_BUILD) -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(shell tr A-Z a-z <<<'$*')

clean: ## remove everything built or installed
	rm -rf bin build .tools .aws-sam
	find . -name node_modules -prune -exec rm -rf {} +

tools: # our own tools, and those pinned in tools/go.mod
	@command -v go >/dev/null || { echo "Go 1.26 or newer is missing"; exit 1; }
	@go -C tools build -o ../$(BIN)/ tool ./...

help: ## this list
	@awk 'BEGIN { FS = ":[^#]*## " } /^## / { printf "\n%s\n", substr($$0, 4) } /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

FORCE:
.PHONY: verify-functions report-aws run test lambda lint fmt smoke-aws mutants bench capture verify verify-mutants verify-repeat verify-fuzz verify-bench verify-ledger verify-batch verify-agents verify-infra verify-nag verify-whole docs-page build synth template bootstrap deploy destroy clean tools help FORCE
