package stack

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
)

// TestOptions holds what each option changes, and that each has its line here.
func TestOptions(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range choices() {
		seen[c.option] = true
		t.Run(c.option, func(t *testing.T) {
			with, without := chosen(t, c.with), chosen(t, c.without)
			added, dropped := difference(with, without), difference(without, with)
			slices.Sort(c.adds)
			if !slices.Equal(added, c.adds) || !slices.Equal(dropped, c.drops) {
				t.Errorf("got %q more and %q fewer, want %q and %q", added, dropped, c.adds, c.drops)
			}
			for fact, want := range c.facts {
				for id, got := range values(t, with, fact) {
					if got != want {
						t.Errorf("with it, got %s %s %s, want %s", id, fact, got, want)
					}
				}
				for id, got := range values(t, without, fact) {
					if got == want {
						t.Errorf("without it, got %s %s %s, too", id, fact, got)
					}
				}
				if len(values(t, with, fact)) == 0 {
					t.Errorf("there is nothing that is a %s", fact)
				}
			}
		})
	}
	for _, o := range options() {
		if !seen[o.key] {
			t.Errorf("the option %s has no line in the table", o.key)
		}
	}
}

// TestOptionsBeside holds the options that change no resource: names and tags of
// the whole stack, a parameter, and addresses.
func TestOptionsBeside(t *testing.T) {
	p := profile(t, map[string]any{"name": "mine", "tags": "team=llm,cost-center=12", "requests-per-second": 5000, "domain": "llm.example.com", "certificate": certificate, "base-path": "x"})
	if want := map[string]string{"team": "llm", "cost-center": "12"}; p.Stack != "mine" || !maps.Equal(p.Tags, want) {
		t.Errorf("got the stack %s with tags %v, want mine with %v", p.Stack, p.Tags, want)
	}
	made := template(t, p)
	parameter := made["Parameters"].(map[string]any)["RequestsPerSecond"].(map[string]any)
	if parameter["Default"] != 5000.0 {
		t.Errorf("got %v requests a second, want 5000", parameter["Default"])
	}
	base := func(made map[string]any) any {
		return made["Outputs"].(map[string]any)["BaseUrl"].(map[string]any)["Value"]
	}
	if got := base(made); got != "https://llm.example.com/x/v1" {
		t.Errorf("got the address %v, want the domain's", got)
	}
	for name, context := range map[string]map[string]any{
		"BaseUrl": {}, "Bucket": {}, "Secret": {}, "Table": {}, "DashboardUrl": {"dashboard": true}, "FunctionUrl": {"function-url": true, "reserved-concurrency": "chat:1"},
	} {
		if template(t, profile(t, context))["Outputs"].(map[string]any)[name] == nil {
			t.Errorf("with %v, there is no output %s", context, name)
		}
		if _, there := template(t, profile(t, nil))["Outputs"].(map[string]any)[name]; there != (len(context) == 0) {
			t.Errorf("without options, got the output %s: %v", name, there)
		}
	}
}

// TestEverything holds that with all options there are at most 400 resources, and
// that the same options give the same bytes.
func TestEverything(t *testing.T) {
	b, err := os.ReadFile("../everything.json")
	if err != nil {
		t.Fatal(err)
	}
	var context map[string]any
	if err := json.Unmarshal(b, &context); err != nil {
		t.Fatal(err)
	}
	for _, o := range options() {
		if context[o.key] == nil && o.key != "alarm-topic" { // which excludes alarm-email
			t.Errorf("everything.json lacks %s", o.key)
		}
	}
	var first string
	for range 2 {
		made := template(t, profile(t, context))
		if n := len(made["Resources"].(map[string]any)); n > 400 {
			t.Errorf("got %d resources, want 400 at most", n)
		}
		b, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		if first != "" && string(b) != first {
			t.Error("got two different stacks of the same options")
		}
		first = string(b)
	}
}
