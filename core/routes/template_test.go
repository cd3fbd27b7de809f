package routes_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// template is the part of template.yaml that must agree with the route table.
type template struct {
	Resources map[string]struct {
		Type     string            `yaml:"Type"`
		Metadata map[string]string `yaml:"Metadata"`
		// Properties of a function; other resources have some of them too.
		Properties struct {
			MemorySize  int `yaml:"MemorySize"`
			Timeout     int `yaml:"Timeout"`
			Environment struct {
				Variables map[string]any `yaml:"Variables"`
			} `yaml:"Environment"`
			Events map[string]struct {
				Type       string `yaml:"Type"`
				Properties struct {
					Schedule             string `yaml:"Schedule"`
					BatchSize            int    `yaml:"BatchSize"`
					Method               string `yaml:"Method"`
					Path                 string `yaml:"Path"`
					ResponseTransferMode string `yaml:"ResponseTransferMode"`
					TimeoutInMillis      int    `yaml:"TimeoutInMillis"`
				} `yaml:"Properties"`
			} `yaml:"Events"`
		} `yaml:"Properties"`
	} `yaml:"Resources"`
}

// TestTemplate holds that template.yaml and the route table say the same: each
// line is one fact, and the two lists of them must be equal.
func TestTemplate(t *testing.T) {
	b, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var y template
	if err := yaml.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	var got []string
	for id, r := range y.Resources {
		if r.Type != "AWS::Serverless::Function" {
			continue
		}
		p := r.Properties
		got = append(got, fmt.Sprintf("%s: %s, %d MB, %d s, mode %v, GOMAXPROCS %v, env %v", id, r.Metadata["BuildMethod"], p.MemorySize, p.Timeout,
			p.Environment.Variables["RESPONSE_MODE"], p.Environment.Variables["GOMAXPROCS"], slices.Sorted(maps.Keys(p.Environment.Variables))))
		for _, e := range p.Events {
			q := e.Properties
			switch e.Type {
			case "Schedule":
				got = append(got, fmt.Sprintf("%s: %s", id, q.Schedule))
				continue
			case "SQS":
				got = append(got, fmt.Sprintf("%s: SQS %d", id, q.BatchSize))
				continue
			}
			got = append(got, fmt.Sprintf("%s: %s %s %s %q %d", id, e.Type, q.Method, q.Path, q.ResponseTransferMode, q.TimeoutInMillis))
		}
	}
	var want []string
	id := map[string]string{}
	modes := map[string]routes.Mode{}
	for _, f := range routes.Functions() {
		id[f.Name] = strings.ToUpper(f.Name[:1]) + f.Name[1:] + "Function"
		modes[f.Name] = f.Mode
		mode := any(nil)
		if f.Mode != "" {
			mode = f.Mode
		}
		want = append(want, fmt.Sprintf("%s: makefile, %d MB, %d s, mode %v, GOMAXPROCS 1, env %v", id[f.Name], f.MemoryMB, f.TimeoutSeconds, mode, slices.Sorted(slices.Values(f.Env))))
	}
	for _, s := range routes.Schedules() {
		want = append(want, fmt.Sprintf("%s: rate(%d minute)", id[s.Function], s.Minutes))
	}
	for _, q := range routes.Queues() {
		want = append(want, fmt.Sprintf("%s: SQS %d", id[q.Function], q.BatchSize))
	}
	for _, r := range routes.All() {
		// SAM takes STREAM without a word and makes a buffered integration of it.
		mode, timeout := "", 0
		if modes[r.Function] == routes.Stream {
			mode, timeout = "RESPONSE_STREAM", 900_000
		}
		want = append(want, fmt.Sprintf("%s: Api %s %s %q %d", id[r.Function], r.Method, strings.ReplaceAll(r.Path, "...}", "+}"), mode, timeout))
	}
	for _, line := range missing(got, want) {
		t.Errorf("template.yaml lacks %s", line)
	}
	for _, line := range missing(want, got) {
		t.Errorf("template.yaml has, and core/routes lacks, %s", line)
	}
}

// missing returns the lines of want that got does not have as often.
func missing(got, want []string) []string {
	left := slices.Clone(got)
	var out []string
	for _, line := range want {
		if i := slices.Index(left, line); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		out = append(out, line)
	}
	return out
}
