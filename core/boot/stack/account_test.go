package stack

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// fit is an account that can run a gateway. The answers are those of AWS's API
// references.
func fit() map[string]said {
	return map[string]said{
		"POST / GetCallerIdentity": {200, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`},
		"GET /2016-08-19/account-settings/": {200, `{"AccountLimit":{"TotalCodeSize":80530636800,"CodeSizeUnzipped":262144000,"CodeSizeZipped":52428800,"ConcurrentExecutions":1000,"UnreservedConcurrentExecutions":900},"AccountUsage":{"TotalCodeSize":1,"FunctionCount":4}}`},
		"POST / AmazonSSM.GetParameter":     {200, `{"Parameter":{"Name":"/cdk-bootstrap/hnb659fds/version","Type":"String","Value":"28","Version":1}}`},
		"GET /foundation-models":            {200, `{"modelSummaries":[{"modelId":"amazon.nova-lite-v1:0","modelLifecycle":{"status":"ACTIVE"}},{"modelId":"anthropic.claude-sonnet-4-5-20250929-v1:0"}]}`},
		"GET /inference-profiles?maxResults=1000": {200, `{"nextToken":"n","inferenceProfileSummaries":[{"inferenceProfileId":"eu.amazon.nova-lite-v1:0","models":[
{"modelArn":"arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"}],"type":"SYSTEM_DEFINED"}]}`},
		"GET /inference-profiles?maxResults=1000&nextToken=n": {200, `{"inferenceProfileSummaries":[{"inferenceProfileId":"eu.anthropic.claude-sonnet-4-5-20250929-v1:0","models":[
{"modelArn":"arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"}]}]}`},
		"GET /foundation-model-availability/amazon.nova-lite-v1:0":                     {200, availability("AVAILABLE", "AUTHORIZED", "AVAILABLE", "AVAILABLE")},
		"GET /foundation-model-availability/anthropic.claude-sonnet-4-5-20250929-v1:0": {200, availability("NOT_AVAILABLE", "AUTHORIZED", "NOT_AVAILABLE", "AVAILABLE")},
	}
}

func availability(agreement, authorization, entitlement, region string) string {
	return fmt.Sprintf(`{"modelId":"m","agreementAvailability":{"status":%q},"authorizationStatus":%q,"entitlementAvailability":%q,"regionAvailability":%q}`, agreement, authorization, entitlement, region)
}

// TestExamine: each thing that an account can lack is found, with what mends it.
func TestExamine(t *testing.T) {
	no := func(kind string) said { return said{400, `{"__type":"` + kind + `","message":"no"}`} }
	const claude = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
	for _, tc := range []struct {
		name    string
		answers map[string]said
		models  []string
		want    string // of the one finding that is to be mended; "": nothing is
		fatal   bool
	}{
		{"fit", nil, []string{"amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0", "arn:aws:bedrock:eu-west-1:1:imported-model/x"}, "", false},
		{"nobody", map[string]said{"POST / GetCallerIdentity": {403, `<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid</Message></Error></ErrorResponse>`}}, nil, "credentials: sts.GetCallerIdentity: AWS answered 403 InvalidClientTokenId: The security token included in the request is invalid: sign in", true},
		{"new account", map[string]said{"GET /2016-08-19/account-settings/": {200, `{"AccountLimit":{"ConcurrentExecutions":10,"UnreservedConcurrentExecutions":10}}`}}, nil, "Lambda: 10 requests at a time in this region, 10 of them not reserved by a function: ask AWS for 1000", false},
		{"quota not to be seen", map[string]said{"GET /2016-08-19/account-settings/": {403, `{"Message":"not allowed"}`}}, nil, "Lambda: lambda /2016-08-19/account-settings/: AWS answered 403: not allowed: allow lambda:GetAccountSettings", false},
		{"not bootstrapped", map[string]said{"POST / AmazonSSM.GetParameter": no("ParameterNotFound")}, nil, "CDK: this region is not bootstrapped: run npx cdk bootstrap aws://123456789012/eu-west-1", true},
		{"old bootstrap", map[string]said{"POST / AmazonSSM.GetParameter": {200, `{"Parameter":{"Value":"5"}}`}}, nil, "CDK: bootstrapped in version 5: run npx cdk bootstrap", true},
		{"bootstrap not to be seen", map[string]said{"POST / AmazonSSM.GetParameter": no("AccessDeniedException")}, nil, "CDK: AmazonSSM.GetParameter: AWS answered 400 AccessDeniedException: no: allow ssm:GetParameter", false},
		{"no such model", nil, []string{"meta.llama9"}, "Bedrock: meta.llama9 does not exist in eu-west-1: name one", true},
		{"closed model", nil, []string{claude}, "Bedrock: " + claude + " is not open to this account: open the model catalog", true},
		{"model elsewhere", map[string]said{"GET /foundation-model-availability/amazon.nova-lite-v1:0": {200, availability("AVAILABLE", "AUTHORIZED", "AVAILABLE", "NOT_AVAILABLE")}}, []string{"amazon.nova-lite-v1:0"}, "Bedrock: amazon.nova-lite-v1:0 is not available in this region: choose another region", true},
		{"models not to be seen", map[string]said{"GET /foundation-models": {403, `{"message":"no"}`}}, []string{claude}, "Bedrock: bedrock /foundation-models: AWS answered 403: no: allow bedrock:ListFoundationModels", false},
		{"access not to be seen", map[string]said{"GET /foundation-model-availability/amazon.nova-lite-v1:0": {403, `{}`}}, []string{"amazon.nova-lite-v1:0"}, "Bedrock: amazon.nova-lite-v1:0 exists; whether you may call it is not known: bedrock", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answers := fit()
			maps.Copy(answers, tc.answers)
			in(t, answers)
			var mend []Finding
			for _, f := range Examine(t.Context(), tc.models) {
				if f.Fix != "" {
					mend = append(mend, f)
				}
			}
			switch {
			case tc.want == "" && len(mend) > 0:
				t.Errorf("got %v to be mended, want nothing", mend)
			case tc.want == "":
			case len(mend) != 1 || !strings.HasPrefix(mend[0].What+": "+mend[0].Found+": "+mend[0].Fix, tc.want) || mend[0].Fatal != tc.fatal:
				t.Errorf("got %+v to be mended, want %s", mend, tc.want)
			}
		})
	}
	in(t, nil)
	t.Setenv("AWS_REGION", "")
	if got := Examine(t.Context(), nil); len(got) != 1 || !got[0].Fatal || got[0].What != "region" {
		t.Errorf("got %v without a region, want that to be mended", got)
	}
}
