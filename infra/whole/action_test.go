package main

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/infra/policy"
)

// TestAsked holds what requests ask for in IAM's words, as AWS's Service
// Authorization Reference lists them.
func TestAsked(t *testing.T) {
	const table, bucket = "arn:aws:dynamodb:us-east-1:123456789012:table/Table", "arn:aws:s3:::Bucket"
	n := names{
		"Table":      named("AWS::DynamoDB::GlobalTable", "table-1"),
		"Bucket":     named("AWS::S3::Bucket", "bucket-1"),
		"Secret":     named("AWS::SecretsManager::Secret", "secret-1"),
		"BatchQueue": {"http://127.0.0.1:5000/123456789012/queue-1", "arn:aws:sqs:us-east-1:123456789012:queue-1", "AWS::SQS::Queue"},
	}
	for _, tc := range []struct{ service, request, target, body, want string }{
		{"dynamodb", "POST /", "DynamoDB_20120810.GetItem", `{"TableName":"table-1"}`, "dynamodb:GetItem " + table},
		{"dynamodb", "POST /", "DynamoDB_20120810.Query", `{"TableName":"table-1","IndexName":"Index1"}`, "dynamodb:Query " + table + "/index/Index1"},
		{
			"dynamodb", "POST /", "DynamoDB_20120810.TransactWriteItems",
			`{"TransactItems":[{"Put":{"TableName":"table-1"}},{"Delete":{"TableName":"table-1"}},{"ConditionCheck":{"TableName":"table-1"}}]}`,
			"dynamodb:PutItem " + table + ", dynamodb:DeleteItem " + table + ", dynamodb:ConditionCheckItem " + table,
		},
		{"dynamodb", "POST /", "DynamoDB_20120810.GetItem", `{"TableName":"another"}`, "dynamodb:GetItem another"},
		{"sqs", "POST /", "AmazonSQS.SendMessageBatch", `{"QueueUrl":"http://127.0.0.1:5000/123456789012/queue-1"}`, "sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:BatchQueue"},
		{
			"secretsmanager", "POST /", "secretsmanager.GetSecretValue", `{"SecretId":"arn:aws:secretsmanager:us-east-1:123456789012:secret:secret-1"}`,
			"secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:Secret",
		},
		{"s3", "GET /bucket-1/config/config.yaml", "", "", "s3:GetObject " + bucket + "/config/config.yaml"},
		{"s3", "GET /bucket-1/config/config.yaml?versionId=1", "", "", "s3:GetObjectVersion " + bucket + "/config/config.yaml"},
		{"s3", "PUT /bucket-1/a", "", "", "s3:PutObject " + bucket + "/a"},
		{"s3", "GET /bucket-1?list-type=2", "", "", "s3:GET /bucket-1?list-type=2 " + bucket},
		{"kms", "POST /", "TrentService.Decrypt", "{}", "kms:Decrypt POST /"},
	} {
		method, path, _ := strings.Cut(tc.request, " ")
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("X-Amz-Target", tc.target)
		var got []string
		for _, c := range n.asked("chat", tc.service, r, []byte(tc.body)) {
			if c.Function != "chat" {
				t.Errorf("got a call of %q", c.Function)
			}
			got = append(got, c.Action+" "+c.Resource)
		}
		if got := strings.Join(got, ", "); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.request, tc.target, got, tc.want)
		}
	}
}

// TestPolicies holds the synthesized policies against a run that needs each
// grant once: whichever is taken away, it is missed by name; and a call that is
// not granted is denied by name.
func TestPolicies(t *testing.T) {
	made, err := synthesized()
	if err != nil {
		t.Fatal(err)
	}
	roles, err := made.roles(logical(made))
	if err != nil {
		t.Fatal(err)
	}
	var calls []policy.Call
	for _, g := range roles.Unseen(nil) {
		calls = append(calls, policy.Call{Function: g.Function, Action: g.Action, Resource: strings.ReplaceAll(g.Resources, "*", "x")})
	}
	if denied := roles.Denied(calls); len(denied) > 0 || len(calls) < 40 {
		t.Fatalf("got %d calls, of which %v are denied, want all allowed", len(calls), denied)
	}
	for g, missed := range roles.Without(calls) {
		if want := fmt.Sprintf("%s calls %s on ", g.Function, g.Action); len(missed) != 1 || !strings.HasPrefix(missed[0].String(), want) {
			t.Errorf("without %s: got %v missed, want one that begins with %q", g, missed, want)
		}
	}
	for _, function := range []string{"chat", "schedule"} {
		c := policy.Call{Function: function, Action: "dynamodb:DeleteTable", Resource: logical(made)["Table"].ARN}
		if !slices.Equal(roles.Denied([]policy.Call{c}), []policy.Call{c}) {
			t.Errorf("got it allowed that %s", c)
		}
	}
}
