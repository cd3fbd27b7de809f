package stack

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestRoles holds that a function's role has its grants of the route table, its
// own log, what options need, and nothing else; and that a resource with a star
// has a reason, where cdk-nag looks for it.
func TestRoles(t *testing.T) {
	const (
		traces     = "Allow xray:PutTelemetryRecords,xray:PutTraceSegments \"*\""
		key        = `Allow kms:Decrypt,kms:DescribeKey,kms:Encrypt,kms:GenerateDataKey,kms:ReEncryptFrom,kms:ReEncryptTo {"Fn::GetAtt":["Key","Arn"]}`
		interfaces = "ec2:AssignPrivateIpAddresses,ec2:CreateNetworkInterface,ec2:DeleteNetworkInterface,ec2:DescribeNetworkInterfaces," +
			"ec2:DescribeSubnets,ec2:UnassignPrivateIpAddresses \"*\""
	)
	for name, c := range map[string]struct {
		context map[string]any
		more    []string // that every function may
	}{
		"plain":   {map[string]any{"tracing": false}, nil},
		"traced":  {nil, []string{traces}},
		"key":     {map[string]any{"tracing": false, "key": true}, []string{key}},
		"network": {map[string]any{"tracing": false, "subnets": "subnet-1", "security-groups": "sg-1"}, []string{"Allow " + interfaces, "Deny " + interfaces + ` {"Null":{"lambda:SourceFunctionArn":"false"}}`}},
	} {
		t.Run(name, func(t *testing.T) {
			resources := chosen(t, c.context)
			for _, f := range routes.Functions() {
				id := logicalID(f.Name)
				want := append([]string{`Allow logs:CreateLogStream,logs:PutLogEvents {"Fn::GetAtt":["` + id + `Logs","Arn"]}`}, c.more...)
				for _, g := range f.Grants {
					want = append(want, "Allow "+strings.Join(g.Actions, ",")+" "+granted(t, g))
				}
				got := statements(t, resources, id+"Role")
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s: got\n%s\nwant\n%s", f.Name, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		})
	}
}

// granted is what a grant is for, as the test knows it.
func granted(t *testing.T, g routes.Grant) string {
	t.Helper()
	if queue, ok := strings.CutPrefix(string(g.On), "Queue:"); ok {
		return `{"Fn::GetAtt":["` + logicalID(queue) + `Queue","Arn"]}`
	}
	at, ok := map[routes.Place]string{
		routes.Table: `{"Fn::GetAtt":["Table","Arn"]}`, routes.Index: `{"Fn::Sub":"${Table.Arn}/index/Index1"}`,
		routes.Config: `{"Fn::Sub":"${Bucket.Arn}/config/*"}`, routes.Secret: `{"Ref":"Secret"}`, routes.Anywhere: `"*"`,
	}[g.On]
	if !ok {
		t.Fatalf("the test knows no place %s", g.On)
	}
	return at
}

// statements are a role's, a line each.
func statements(t *testing.T, resources map[string]any, id string) []string {
	t.Helper()
	role := resources[id].(map[string]any)
	properties := role["Properties"].(map[string]any)
	policies := properties["Policies"].([]any)
	if len(policies) != 1 || properties["ManagedPolicyArns"] != nil {
		t.Fatalf("%s: got %d policies and the managed ones %v, want one of its own", id, len(policies), properties["ManagedPolicyArns"])
	}
	var all []string
	for _, s := range policies[0].(map[string]any)["PolicyDocument"].(map[string]any)["Statement"].([]any) {
		s := s.(map[string]any)
		var actions []string
		for _, a := range s["Action"].([]any) {
			if strings.Contains(a.(string), "*") {
				t.Errorf("%s: got the action %s, want actions by name", id, a)
			}
			actions = append(actions, a.(string))
		}
		resource := encoded(t, s["Resource"])
		if strings.Contains(resource, "*") && s["Effect"] == "Allow" && !explained(role, resource) {
			t.Errorf("%s: %v on %s has no reason", id, actions, resource)
		}
		line := fmt.Sprintf("%s %s %s", s["Effect"], strings.Join(actions, ","), resource)
		if s["Condition"] != nil {
			line += " " + encoded(t, s["Condition"])
		}
		all = append(all, line)
	}
	return all
}

// explained reports whether a role says why it may do something of many resources.
func explained(role map[string]any, resource string) bool {
	name := strings.NewReplacer(`{"Fn::Sub":"`, "", `"}`, "", `"`, "", "${", "<", "}", ">").Replace(resource)
	metadata, _ := role["Metadata"].(map[string]any)
	if metadata == nil {
		return false
	}
	for _, rule := range metadata["cdk_nag"].(map[string]any)["rules_to_suppress"].([]any) {
		rule := rule.(map[string]any)
		if rule["id"] == "AwsSolutions-IAM5[Resource::"+name+"]" && len(rule["reason"].(string)) > 20 {
			return true
		}
	}
	return false
}

// TestUnexplained holds that what is granted for everything needs a reason, and
// what is granted a place.
func TestUnexplained(t *testing.T) {
	for _, g := range []routes.Grant{
		{On: routes.Anywhere, Actions: []string{"s3:GetObject"}}, {On: "Moon", Actions: []string{"s3:GetObject"}, Why: "it is there"},
	} {
		if _, err := role(Profiles()[0], routes.Function{Name: "chat", Grants: []routes.Grant{g}}); err == nil {
			t.Errorf("got a role with %+v, want an error", g)
		}
	}
}

// TestSecret holds how the master key is made: CloudFormation would make another
// secret of another description, and forget providers' keys.
func TestSecret(t *testing.T) {
	const want = `{"ExcludePunctuation":true,"GenerateStringKey":"LITELLM_MASTER_KEY","PasswordLength":48,"SecretStringTemplate":"{}"}`
	for _, context := range []map[string]any{nil, {"key": true}, {"secret-name": "a"}} {
		if got := values(t, chosen(t, context), "Secret Properties GenerateSecretString")["Secret"]; got != want {
			t.Errorf("with %v, got %s, want %s", context, got, want)
		}
	}
}
