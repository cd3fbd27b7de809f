package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
)

// bootstrapped is the least version of what `cdk bootstrap` puts into an account
// that the stack's deployment needs.
const bootstrapped = 6

// fewest is how many environments at once a gateway should be able to have. A
// new account has ten until AWS is asked for more.
const fewest = 100

// Finding is what was looked at in an account.
type Finding struct {
	What  string
	Found string
	Fix   string // "": nothing is to be done
	Fatal bool   // a deployment, or calls of a model, will fail
}

// Examine looks whether an account can run a gateway with these models of
// Bedrock, by the names that AWS has for them.
func Examine(ctx context.Context, models []string) []Finding {
	at := &cloud.Account{Now: time.Now}
	region, err := at.Region(ctx)
	if err != nil {
		return []Finding{{What: "region", Found: err.Error(), Fix: "export AWS_REGION=us-east-1, or the region that you deploy to", Fatal: true}}
	}
	found := []Finding{{What: "region", Found: region}}
	id, err := identity(ctx, at)
	if err != nil {
		return append(found, Finding{What: "credentials", Found: err.Error(), Fix: "sign in with aws sso login or aws configure, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", Fatal: true})
	}
	found = append(found, Finding{What: "credentials", Found: id.ARN}, concurrency(ctx, at), bootstrap(ctx, at, id.Account, region))
	if len(models) > 0 {
		found = append(found, bedrock(ctx, at, region, models)...)
	}
	return found
}

// caller is whose credentials are used.
type caller struct {
	ARN     string `xml:"GetCallerIdentityResult>Arn"`
	Account string `xml:"GetCallerIdentityResult>Account"`
}

// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func identity(ctx context.Context, at *cloud.Account) (c caller, err error) {
	err = at.Query(ctx, cloud.Service{ID: "STS", Host: "sts"}, url.Values{"Action": {"GetCallerIdentity"}, "Version": {"2011-06-15"}}, &c)
	return c, err
}

// Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
func concurrency(ctx context.Context, at *cloud.Account) Finding {
	const what = "Lambda"
	var out struct {
		AccountLimit struct{ ConcurrentExecutions, UnreservedConcurrentExecutions int }
	}
	if err := get(ctx, at, cloud.Service{ID: "Lambda", Host: "lambda"}, "/2016-08-19/account-settings/", nil, &out); err != nil {
		return Finding{What: what, Found: err.Error(), Fix: "allow lambda:GetAccountSettings, or look at the quota Concurrent executions yourself"}
	}
	most := out.AccountLimit.ConcurrentExecutions
	f := Finding{What: what, Found: fmt.Sprintf("%d requests at a time in this region, %d of them not reserved by a function", most, out.AccountLimit.UnreservedConcurrentExecutions)}
	if most < fewest {
		f.Fix = "ask AWS for 1000: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000"
	}
	return f
}

// Source: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
func bootstrap(ctx context.Context, at *cloud.Account, account, region string) Finding {
	const what, name = "CDK", "/cdk-bootstrap/hnb659fds/version"
	fix := "run npx cdk bootstrap aws://" + account + "/" + region + " in infra/, once for each account and region"
	var out struct{ Parameter struct{ Value string } }
	o := cloud.Operation{Service: cloud.Service{ID: "SSM", Host: "ssm"}, Target: "AmazonSSM.GetParameter"}
	err := at.Ask(ctx, o, map[string]any{"Name": name}, &out)
	var no *cloud.Refusal
	switch {
	case errors.As(err, &no) && no.Kind == "ParameterNotFound":
		return Finding{What: what, Found: "this region is not bootstrapped", Fix: fix, Fatal: true}
	case err != nil:
		return Finding{What: what, Found: err.Error(), Fix: "allow ssm:GetParameter on " + name}
	}
	if version, err := strconv.Atoi(out.Parameter.Value); err != nil || version < bootstrapped {
		return Finding{What: what, Found: "bootstrapped in version " + out.Parameter.Value, Fix: fix + ": it brings version " + strconv.Itoa(bootstrapped) + " or newer", Fatal: true}
	}
	return Finding{What: what, Found: "bootstrapped in version " + out.Parameter.Value}
}

// get asks a service whose protocol is AWS's REST with JSON.
// Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
func get(ctx context.Context, at *cloud.Account, s cloud.Service, path string, in url.Values, out any) error {
	answer, err := at.Do(ctx, s, cloud.Request{Method: http.MethodGet, Path: path, Query: in})
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		var said struct{ Message string }
		_ = json.Unmarshal(answer.Body, &said) // what is no JSON comes from a proxy, and the status must do
		kind, _, _ := strings.Cut(answer.Header.Get("X-Amzn-Errortype"), ":")
		return &cloud.Refusal{Target: s.Host + " " + path, Status: answer.Status, Kind: kind, Message: said.Message}
	}
	if json.Unmarshal(answer.Body, out) != nil {
		return errors.New("the answer is not what AWS writes")
	}
	return nil
}

// bedrock looks at each model once.
func bedrock(ctx context.Context, at *cloud.Account, region string, models []string) []Finding {
	there, err := catalogue(ctx, at)
	if err != nil {
		return []Finding{{What: "Bedrock", Found: err.Error(), Fix: "allow bedrock:ListFoundationModels and bedrock:ListInferenceProfiles, or look at the models yourself"}}
	}
	var found []Finding
	for _, m := range slices.Compact(slices.Sorted(slices.Values(models))) {
		f := Finding{What: "Bedrock", Found: m}
		base, ok := there[m]
		switch {
		case strings.HasPrefix(m, "arn:"):
			f.Found += " is a resource of your own, and was not looked at"
		case !ok:
			f.Fatal, f.Found = true, m+" does not exist in "+region
			f.Fix = "name one that aws bedrock list-foundation-models or list-inference-profiles lists there; many models want a profile: us." + m
		default:
			available(ctx, at, base, &f)
		}
		found = append(found, f)
	}
	return found
}
