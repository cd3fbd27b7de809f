package stack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/stack"
)

// resource is a resource as a template has it.
type resource struct {
	Type, DeletionPolicy, UpdateReplacePolicy string
	Properties                                json.RawMessage
}

// synthesized is a profile's resources, as they are after JSON.
func synthesized(t *testing.T, p stack.Profile) map[string]resource {
	t.Helper()
	made, err := stack.Template(p, zips())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 1_000_000 {
		t.Errorf("got a template of %d bytes, want CloudFormation's 1 MB at most", len(b))
	}
	var template struct{ Resources map[string]resource }
	if err := json.Unmarshal(b, &template); err != nil {
		t.Fatal(err)
	}
	return template.Resources
}

// zips has a key for each function.
func zips() map[string]string {
	keys := map[string]string{}
	for _, f := range routes.Functions() {
		keys[f.Name] = "code/" + f.Name + ".zip"
	}
	return keys
}

// properties reads what a test looks at of a resource.
func properties[T any](t *testing.T, r resource) T {
	t.Helper()
	var p T
	if err := json.Unmarshal(r.Properties, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// same reports the lines that only one of two lists has.
func same(t *testing.T, got, want []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("the stack lacks %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("the stack has, and core/routes lacks, %s", line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d lines, want %d", len(got), len(want))
	}
}

// TestFunctions holds that each function is what the route table says, and has
// a role, a log and code of its own.
func TestFunctions(t *testing.T) {
	var got, want []string
	for id, r := range synthesized(t, stack.Profiles()[0]) {
		if r.Type != "AWS::Lambda::Function" {
			continue
		}
		p := properties[struct {
			Runtime, Handler    string
			Architectures       []string
			MemorySize, Timeout int
			Code                struct{ S3Key string }
			Environment         struct{ Variables map[string]any }
			Role, LoggingConfig json.RawMessage
		}](t, r)
		v := p.Environment.Variables
		got = append(got, fmt.Sprint(id, p.Runtime, p.Handler, p.Architectures, p.MemorySize, p.Timeout, p.Code.S3Key, string(p.Role), string(p.LoggingConfig),
			v["RESPONSE_MODE"], v["GOMAXPROCS"], v["TABLE_NAME"], slices.Sorted(maps.Keys(v))))
	}
	for _, f := range routes.Functions() {
		id := strings.ToUpper(f.Name[:1]) + f.Name[1:]
		mode := any(nil)
		if slices.Contains(f.Env, "RESPONSE_MODE") {
			mode = f.Mode
		}
		want = append(want, fmt.Sprint(id+"Function", "provided.al2023", "bootstrap", []string{"arm64"}, f.MemoryMB, f.TimeoutSeconds, "code/"+f.Name+".zip",
			`{"Fn::GetAtt":["`+id+`Role","Arn"]}`, `{"LogGroup":{"Ref":"`+id+`Logs"}}`,
			mode, "1", map[string]any{"Ref": "Table"}, slices.Sorted(slices.Values(f.Env))))
	}
	same(t, got, want)
}

// TestNoZip holds that a function without code stops the stack.
func TestNoZip(t *testing.T) {
	for _, f := range routes.Functions() {
		keys := zips()
		delete(keys, f.Name)
		if _, err := stack.Template(stack.Profiles()[0], keys); err == nil || !strings.Contains(err.Error(), f.Name) {
			t.Errorf("without the zip of %s: got error %v, want one that names it", f.Name, err)
		}
	}
}

// TestInvokers holds who may invoke what: the API its functions, at its own
// stage, and the rule that runs every minute the one it is for.
func TestInvokers(t *testing.T) {
	for _, profile := range stack.Profiles() {
		resources := synthesized(t, profile)
		var got, want []string
		for _, r := range resources {
			if r.Type == "AWS::Lambda::Permission" {
				p := properties[struct {
					Action, Principal       string
					FunctionName, SourceArn json.RawMessage
				}](t, r)
				got = append(got, fmt.Sprint(p.Action, " ", p.Principal, " ", string(p.FunctionName), " ", string(p.SourceArn)))
			}
		}
		line := func(id, service, source string) string {
			return "lambda:InvokeFunction " + service + ` {"Fn::GetAtt":["` + id + `Function","Arn"]} ` + source
		}
		for _, f := range routes.Functions() {
			if f.Mode == "" {
				continue
			}
			want = append(want, line(strings.ToUpper(f.Name[:1])+f.Name[1:], "apigateway.amazonaws.com",
				`{"Fn::Sub":"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/`+profile.Name+`/*"}`))
		}
		want = append(want, line("Schedule", "events.amazonaws.com", `{"Fn::GetAtt":["EveryMinute","Arn"]}`))
		same(t, got, want)

		rule := properties[struct {
			ScheduleExpression, State string
			Targets                   []struct{ Arn json.RawMessage }
		}](t, resources["EveryMinute"])
		if rule.ScheduleExpression != "rate(1 minute)" || rule.State != "ENABLED" || len(rule.Targets) != 1 ||
			string(rule.Targets[0].Arn) != `{"Fn::GetAtt":["ScheduleFunction","Arn"]}` {
			t.Errorf("got the rule %+v, want the schedule function every minute", rule)
		}
	}
}

// TestProfiles holds what the profiles differ in, and that no stack comes near
// CloudFormation's 500 resources.
func TestProfiles(t *testing.T) {
	for name, want := range map[string]struct {
		policy  string
		protect bool
		days    int
	}{"dev": {"Delete", false, 7}, "prod": {"Retain", true, 30}} {
		at := slices.IndexFunc(stack.Profiles(), func(p stack.Profile) bool { return p.Name == name })
		if at < 0 {
			t.Fatalf("there is no profile %s", name)
		}
		resources := synthesized(t, stack.Profiles()[at])
		if len(resources) > 400 {
			t.Errorf("%s: got %d resources, want 400 at most", name, len(resources))
		}
		for _, id := range []string{"Table", "Secret"} {
			if r := resources[id]; r.DeletionPolicy != want.policy || r.UpdateReplacePolicy != want.policy {
				t.Errorf("%s: got %s deleted by %q, replaced by %q, want %q", name, id, r.DeletionPolicy, r.UpdateReplacePolicy, want.policy)
			}
		}
		table := properties[struct {
			Replicas []struct {
				DeletionProtectionEnabled        bool
				PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
			}
		}](t, resources["Table"])
		if len(table.Replicas) != 1 || table.Replicas[0].DeletionProtectionEnabled != want.protect ||
			!table.Replicas[0].PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled {
			t.Errorf("%s: got the replicas %+v, want one, recoverable, protected: %v", name, table.Replicas, want.protect)
		}
		logs := 0
		for id, r := range resources {
			if r.Type == "AWS::Logs::LogGroup" {
				logs++
				if got := properties[struct{ RetentionInDays int }](t, r).RetentionInDays; got != want.days {
					t.Errorf("%s: got %s kept for %d days, want %d", name, id, got, want.days)
				}
			}
		}
		if want := len(routes.Functions()) + 2; logs != want { // the API has two
			t.Errorf("%s: got %d logs, want %d", name, logs, want)
		}
	}
}
