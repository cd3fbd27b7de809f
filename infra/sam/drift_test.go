package sam_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/sam"
	"github.com/tollgate-llm/tollgate/infra/stack"
)

// TestWritten holds that template.yaml is what `make template` writes.
func TestWritten(t *testing.T) {
	got, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := sam.Template()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("template.yaml is another than core/routes and infra/stack make; `make template` writes it again")
	}
}

// synthesized is the template that the CDK's command line deploys.
func synthesized(t *testing.T) document {
	t.Helper()
	zips := map[string]string{}
	for _, f := range routes.Functions() {
		zips[f.Name] = f.Name + ".zip"
	}
	made, err := stack.Template(stack.Profiles()[0], zips)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, b)
}

// written is template.yaml.
func written(t *testing.T) document {
	t.Helper()
	y, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := yaml.YAMLToJSON(y)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, b)
}

func parsed(t *testing.T, b []byte) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDrift holds that the route table, template.yaml and the synthesized
// template say the same of functions, variables, routes, schedules and queues,
// whoever wrote them.
func TestDrift(t *testing.T) {
	want := routeTable().facts()
	if len(want) < 250 {
		t.Fatalf("got %d facts of the route table, want what it says of 200 routes and 8 functions", len(want))
	}
	for name, d := range map[string]document{"template.yaml": written(t), "the synthesized template": synthesized(t)} {
		got := d.facts()
		for _, line := range difference(want, got) {
			t.Errorf("%s lacks: %s", name, line)
		}
		for _, line := range difference(got, want) {
			t.Errorf("%s has, and core/routes lacks: %s", name, line)
		}
	}
}

// difference is what is in a and not in b.
func difference(a, b []string) []string {
	var only []string
	for _, line := range a {
		if !slices.Contains(b, line) {
			only = append(only, line)
		}
	}
	return only
}

// TestDriftIsSeen holds that a change of any one of the three makes it differ
// from the other two.
func TestDriftIsSeen(t *testing.T) {
	want := routeTable().facts()
	for name, change := range tableChanges() {
		changed := routeTable()
		change(&changed)
		if slices.Equal(changed.facts(), want) {
			t.Errorf("core/routes: %s goes unseen", name)
		}
	}
	for side, read := range map[string]func(*testing.T) document{"template.yaml": written, "the synthesized template": synthesized} {
		for name, change := range documentChanges() {
			d := read(t)
			change(d)
			if slices.Equal(d.facts(), want) {
				t.Errorf("%s: %s goes unseen", side, name)
			}
		}
	}
}

func tableChanges() map[string]func(*table) {
	return map[string]func(*table){
		"a function less":        func(t *table) { t.Functions = t.Functions[1:] },
		"other memory":           func(t *table) { t.Functions[0].MemoryMB++ },
		"another time limit":     func(t *table) { t.Functions[0].TimeoutSeconds++ },
		"another mode":           func(t *table) { t.Functions[0].Mode = routes.Buffered },
		"a variable less":        func(t *table) { t.Functions[0].Env = t.Functions[0].Env[1:] },
		"a variable more":        func(t *table) { t.Functions[0].Env = append(t.Functions[0].Env, "QUEUE_URL_OTHER") },
		"a route less":           func(t *table) { t.Routes = t.Routes[1:] },
		"a route twice":          func(t *table) { t.Routes = append(t.Routes, t.Routes[0]) },
		"another path":           func(t *table) { t.Routes[0].Path += "/more" },
		"another method":         func(t *table) { t.Routes[0].Method = "PATCH" },
		"another's route":        func(t *table) { t.Routes[0].Function = "meta" },
		"a schedule less":        func(t *table) { t.Schedules = nil },
		"another interval":       func(t *table) { t.Schedules[0].Minutes++ },
		"another's schedule":     func(t *table) { t.Schedules[0].Function = "meta" },
		"a queue less":           func(t *table) { t.Queues = nil },
		"another's queue":        func(t *table) { t.Queues[0].Function = "meta" },
		"larger batches":         func(t *table) { t.Queues[0].BatchSize++ },
		"a longer visibility":    func(t *table) { t.Queues[0].VisibilitySeconds++ },
		"one more attempt to do": func(t *table) { t.Queues[0].MaxReceives++ },
	}
}

func documentChanges() map[string]func(document) {
	chat := func(d document) *resource { return d.Resources["ChatFunction"] }
	variables := func(d document) map[string]any { return chat(d).Properties.Environment.Variables }
	paths := func(d document) map[string]map[string]*operation {
		if b := d.Resources["Api"].Properties.DefinitionBody; b != nil {
			return b.Paths
		}
		return d.Resources["Api"].Properties.Body.Paths
	}
	completions := func(d document) *operation { return paths(d)["/v1/chat/completions"]["post"] }
	return map[string]func(document){
		"a function less":     func(d document) { delete(d.Resources, "ChatFunction") },
		"a function more":     func(d document) { d.Resources["OtherFunction"] = chat(d) },
		"other memory":        func(d document) { chat(d).Properties.MemorySize++ },
		"another time limit":  func(d document) { chat(d).Properties.Timeout++ },
		"a variable less":     func(d document) { delete(variables(d), "TABLE_NAME") },
		"a variable more":     func(d document) { variables(d)["OTHER"] = "" },
		"another mode":        func(d document) { variables(d)["RESPONSE_MODE"] = "BUFFERED" },
		"another table":       func(d document) { variables(d)["TABLE_NAME"] = "mine" },
		"a path less":         func(d document) { delete(paths(d), "/v1/chat/completions") },
		"a path more":         func(d document) { paths(d)["/other"] = paths(d)["/v1/chat/completions"] },
		"a method more":       func(d document) { paths(d)["/v1/chat/completions"]["put"] = completions(d) },
		"a route's mode":      func(d document) { completions(d).Integration.Mode = "BUFFERED" },
		"a route's time":      func(d document) { completions(d).Integration.TimeoutInMillis = 29_000 },
		"a route's action":    func(d document) { replaceURI(completions(d), "response-streaming-invocations", "invocations") },
		"another's route":     func(d document) { replaceURI(completions(d), "ChatFunction", "MetaFunction") },
		"a schedule less":     func(d document) { delete(d.Resources, "EveryMinute") },
		"another interval":    func(d document) { d.Resources["EveryMinute"].Properties.ScheduleExpression = "rate(2 minutes)" },
		"another's schedule":  func(d document) { d.Resources["EveryMinute"].Properties.Targets[0].Arn.Of = "MetaFunction" },
		"no event source":     func(d document) { delete(d.Resources, "BatchMessages") },
		"another's messages":  func(d document) { d.Resources["BatchMessages"].Properties.FunctionName.Of = "MetaFunction" },
		"another queue":       func(d document) { d.Resources["BatchMessages"].Properties.EventSourceArn.Of = "OtherQueue" },
		"larger batches":      func(d document) { d.Resources["BatchMessages"].Properties.BatchSize++ },
		"a longer visibility": func(d document) { d.Resources["BatchQueue"].Properties.VisibilityTimeout++ },
		"one more attempt":    func(d document) { d.Resources["BatchQueue"].Properties.RedrivePolicy.MaxReceiveCount++ },
	}
}

func replaceURI(o *operation, before, after string) {
	o.Integration.URI["Fn::Sub"] = strings.ReplaceAll(o.Integration.URI["Fn::Sub"], before, after)
}
