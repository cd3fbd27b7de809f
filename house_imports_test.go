package tollgate_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tollgate-llm/tollgate"

// goPackage is what go list -json says about a package. Paths inside the
// module are kept from its root: core/llm.
type goPackage struct {
	ImportPath string
	Imports    []string // of its own files, without tests
	Deps       []string // all that is linked with it
}

// rule says what some packages must not import. Patterns are paths from the
// module's root, or whole import paths of others. "/..." takes in what is
// below, "/*" one more element, and three words stand for groups: std, ours
// (this module), others (any other module).
type rule struct {
	from   string // the packages that the rule binds
	except string // space-separated patterns it does not bind
	deny   string // space-separated patterns of what they must not import
	allow  string // space-separated patterns that are allowed all the same
	linked bool   // judge everything linked, not only direct imports
	why    string
	breach string // "from import": a breach that the rule must find
}

func importRules() []rule {
	return append(ownerRules(), []rule{
		{
			from: "core/llm", deny: "ours others", allow: "core/raw",
			why:    "every room speaks these words, so whatever they import everybody links",
			breach: "core/llm core/sse",
		},
		{
			from: "core/raw", deny: "ours others",
			why:    "the JSON editor is below the words",
			breach: "core/raw core/llm",
		},
		{
			from: "core/each", deny: "ours others",
			why:    "it is below all that do many things side by side, and knows none of them",
			breach: "core/each store",
		},
		{
			from: "core/routes", deny: "ours others",
			why:    "the infrastructure code of another module reads the table and must not pay for the gateway",
			breach: "core/routes core/llm",
		},
		{
			from: "providers/*", except: "providers/wire providers/providertest " + kits + " " + owned(), deny: "ours others",
			allow:  "core/llm core/raw core/sse providers/wire " + kits,
			why:    "a dialect is a pure translation between llm and a wire format, and knows no other dialect",
			breach: "providers/ollama providers/anthropic",
		},
		{
			from: "providers/*/* providers/bedrock/converse/answer", except: "providers/providertest/... providers/bedrock/converse", deny: "ours others",
			allow:  "core/llm core/raw core/sse providers/wire providers/gemini/model providers/openai/usage " + kits,
			why:    "a part of a dialect is a pure translation too, and knows nothing of the whole",
			breach: "providers/gemini/answer providers/gemini",
		},
		{
			from: "providers/bedrock/converse", deny: "ours others",
			allow:  "core/llm core/raw core/sse providers/wire providers/chat providers/bedrock/converse/answer",
			why:    "Converse is a format like any other; how Bedrock is reached is its owner's",
			breach: "providers/bedrock/converse providers/bedrock",
		},
		{
			from: "providers/chat", deny: "ours others", allow: "core/llm core/raw core/sse providers/wire",
			why:    "the words that dialects translate from belong to no vendor",
			breach: "providers/chat providers/openai",
		},
		{
			from: "providers/embed", deny: "ours others", allow: "core/llm core/raw providers/wire providers/chat",
			why:    "the words that embeddings and rankings are translated from belong to no vendor",
			breach: "providers/embed providers/cohere",
		},
		{
			from: "providers/prompt", deny: "ours others", allow: "core/llm core/raw",
			why:    "a prompt is text made of text",
			breach: "providers/prompt providers/wire",
		},
		{
			from: "providers/*", except: "providers/wire providers/providertest providers/google", deny: "net os os/exec syscall",
			why:    "only wire does I/O, and google reads its operator's key file: a dialect that opens a file or a connection escapes wire's guards and caps",
			breach: "providers/openai os",
		},
		{
			from: "providers/wire", deny: "ours others", allow: "core/llm core/raw core/sse core/outbound",
			why:    "wire is linked by every function that calls a model, and knows no dialect and no cloud",
			breach: "providers/wire providers/openai",
		},
		{
			from: "core/...", except: "core/boot/... core/format/formattest", deny: "providers/...", linked: true,
			why:    "boot alone decides which providers a function links; everyone else talks to llm.Provider",
			breach: "core/router providers",
		},
		denyInTheLine("core/gateway"),
		denyInTheLine("core/router"),
		denyInTheLine("core/attempt"),
		denyInTheLine("core/limit"),
		denyInTheLine("core/ledger"),
		denyInTheLine("core/cooldown"),
		denyInTheLine("core/people"),
		denyInTheLine("core/batch"),
		{
			from: "...", except: "core/lambdahttp", deny: "github.com/aws/aws-lambda-go/...",
			why:    "Lambda's events are turned into HTTP in one place; the rest of the code is the same on one machine",
			breach: "functions/chat github.com/aws/aws-lambda-go/lambda",
		},
		{
			from: "...", except: "core/cloud providers/providertest providers/aws providers/bedrock providers/sagemaker store/dynamo/...", deny: "github.com/aws/aws-sdk-go-v2/...",
			why:    "a room that talks to AWS by its SDK is named here, because it costs every cold start of what links it",
			breach: "core/secret github.com/aws/aws-sdk-go-v2/config",
		},
		{
			from: "core/...", except: "core/boot/all core/boot/stack", deny: "core/secret/awsvault core/queue/sqs", linked: true,
			why:    "where secrets and messages are kept is boot's to say; who uses them has a secret.Source and a batch.Queue",
			breach: "core/boot core/secret/awsvault",
		},
		{
			from: "...", except: "store/dynamo", deny: "github.com/aws/aws-sdk-go-v2/service/dynamodb/...",
			why:    "a condition is a fact about an item; only who talks to the table knows how it is spelled there",
			breach: "store/dynamo/dynamotest github.com/aws/aws-sdk-go-v2/service/dynamodb",
		},
		{
			from: "...", except: "core/jwt/...", deny: "github.com/go-jose/...",
			why:    "whose signatures are believed, and by which algorithms, is settled in one place",
			breach: "core/boot github.com/go-jose/go-jose/v4",
		},
		{
			from: "core/...", except: "core/boot/all core/boot/stack core/cloud core/queue/sqs core/secret/awsvault", deny: "github.com/aws/aws-sdk-go-v2/...", linked: true,
			why:    "only who asks for every provider gets AWS's SDK with them",
			breach: "core/boot github.com/aws/aws-sdk-go-v2/config",
		},
		{
			from: ".", deny: "github.com/aws/... modernc.org/sqlite/... github.com/spf13/cobra/...", linked: true,
			why:    "a program that embeds the library gets neither AWS nor a database with it",
			breach: ". modernc.org/sqlite",
		},
		{
			from: "functions/*", deny: "ours others", allow: "core/api/... core/boot/... core/lambdahttp core/routes",
			why:    "a function's main is wiring: it starts one handler",
			breach: "functions/chat core/gateway",
		},
		{
			from: "functions/*", except: "functions/admin", deny: "core/api/docs/swagger", linked: true,
			why:    "half a megabyte of page is for the function that answers /docs",
			breach: "functions/chat core/api/docs/swagger",
		},
		{
			from: "local/...", deny: "ours", allow: "core/api/... core/boot/... core/lambdahttp core/queue core/routes local/... store/embedded",
			why:    "one machine runs what the functions run, put together by the same boot, and keeps it in a file of its own",
			breach: "local core/gateway",
		},
		{
			from: "functions/*", deny: "modernc.org/... github.com/spf13/... github.com/lmittmann/tint local/...", linked: true,
			why:    "what only one machine needs would be loaded at every cold start",
			breach: "functions/chat github.com/spf13/cobra",
		},
		{
			from: "store/...", deny: "ours", allow: "store store/...",
			why:    "a store keeps items and does not know whose they are",
			breach: "store/memory core/ledger",
		},
		{
			from: "...", except: "local/... store/embedded", deny: "modernc.org/... store/embedded", linked: true,
			why:    "a database in a file is for one machine; everybody else is handed a store.Store",
			breach: "core/boot store/embedded",
		},
		{
			from: "...", except: "local/...", deny: "github.com/spf13/... github.com/lmittmann/... github.com/joho/... golang.org/x/term",
			why:    "the command line is local's; a library has no flags, no terminal and no .env file",
			breach: "core/config github.com/spf13/cobra",
		},
		{
			from: "...", deny: "core/api/...", except: "core/api/... core/boot/... functions/* local/... .", linked: true,
			why:    "handlers are the outermost room: whoever imports them turns the line around",
			breach: "core/web core/api",
		},
		{
			from: "...", except: "core/format/formattest core/jwt/jwttest providers/providertest/... store/storetest store/dynamo/dynamotest",
			deny:   "testing testing/... net/http/httptest pgregory.net/rapid go.uber.org/goleak core/format/formattest providers/providertest/...",
			why:    "tests' tools have no place in what is shipped",
			breach: "providers/openai testing",
		},
	}...)
}

// denyInTheLine is the rule for the rooms that a call passes through.
func denyInTheLine(from string) rule {
	return rule{
		from: from, linked: true,
		deny:   "core/price core/tokens core/config core/record core/web core/api/... core/lambdahttp core/boot/... providers/... github.com/aws/...",
		why:    "boot hands these rooms functions, so that each can be read, tested and replaced alone",
		breach: from + " core/config",
	}
}

func TestImports(t *testing.T) {
	packages := listPackages(t)
	for _, r := range importRules() {
		bound := 0
		for _, p := range packages {
			if !r.binds(p.ImportPath) {
				continue
			}
			bound++
			for _, imported := range r.breaches(p) {
				t.Errorf("%s must not import %s: %s", p.ImportPath, imported, r.why)
			}
		}
		if bound == 0 {
			t.Errorf("the rule for %q binds no package: take it out or correct it", r.from)
		}
	}
}

// TestImportRulesBite plants a breach of each rule, and an import that the
// rule allows, in packages that do not exist.
func TestImportRulesBite(t *testing.T) {
	for _, r := range importRules() {
		from, imported, _ := strings.Cut(r.breach, " ")
		p := goPackage{ImportPath: from, Imports: []string{"fmt", imported}, Deps: []string{"fmt", imported}}
		if got := r.breaches(p); !r.binds(from) || !slices.Equal(got, []string{imported}) {
			t.Errorf("rule for %q: got breaches %q of %s, want %q (%s)", r.from, got, from, imported, r.why)
		}
		for pattern := range strings.FieldsSeq(r.allow) {
			fine := strings.TrimSuffix(pattern, "/...")
			if got := r.breaches(goPackage{ImportPath: from, Imports: []string{fine}, Deps: []string{fine}}); len(got) > 0 {
				t.Errorf("rule for %q: got a breach by %q, want it allowed", r.from, got)
			}
		}
	}
}

func (r rule) binds(path string) bool { return matches(r.from, path) && !matches(r.except, path) }

func (r rule) breaches(p goPackage) []string {
	imports := p.Imports
	if r.linked {
		imports = p.Deps
	}
	var found []string
	for _, i := range imports {
		if matches(r.deny, i) && !matches(r.allow, i) {
			found = append(found, i)
		}
	}
	return found
}

// isOurs reports whether a path is one from the module's root.
func isOurs(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return slices.Contains([]string{".", "core", "providers", "functions", "local", "console", "store"}, first)
}

// isStd reports whether a path is of the standard library: no other begins
// with a name without a dot.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && !isOurs(path)
}

// listPackages lists the packages of the module.
func listPackages(t *testing.T) []goPackage {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	var problems strings.Builder
	list.Stderr = &problems
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &problems)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatalf("read go list: %v", err)
		}
		p.ImportPath = fromRoot(p.ImportPath)
		for _, paths := range [][]string{p.Imports, p.Deps} {
			for i := range paths {
				paths[i] = fromRoot(paths[i])
			}
		}
		packages = append(packages, p)
	}
	if len(packages) == 0 {
		t.Fatal("go list found no package")
	}
	return packages
}

// fromRoot cuts the module's path off an import path.
func fromRoot(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}
