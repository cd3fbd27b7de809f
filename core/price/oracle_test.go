package price

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path"
	"strings"
	"testing"
)

// theirs is testdata/litellm.json.gz: see oracle/vectors.py.
type theirs struct {
	Source string
	Cases  map[string]json.RawMessage // of a Call
	Models []struct {
		Model, Provider string
		Costs           map[string]any // [prompt, completion], their sum, or why there is none
		Calls           map[string]json.RawMessage
	}
}

func readTheirs(t *testing.T) theirs {
	t.Helper()
	f, err := os.Open("testdata/litellm.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all theirs
	if err := json.NewDecoder(text).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// difference is an entry of oracle/differences.json: cases in which a cost is
// not LiteLLM's, and the vendor's page that says that ours is right.
type difference struct {
	Models []string // patterns
	Cases  []string
	Why    string
	Source string
	used   int
}

func (d *difference) covers(model, name string) bool {
	for _, pattern := range d.Models {
		for _, c := range d.Cases {
			if ok, err := path.Match(strings.ReplaceAll(pattern, "/", "|"), strings.ReplaceAll(model, "/", "|")); ok && err == nil && c == name {
				d.used++
				return true
			}
		}
	}
	return false
}

// TestOracle holds that everything that has a price in LiteLLM's file costs
// what LiteLLM says, to a pico-dollar, but for the differences listed.
func TestOracle(t *testing.T) {
	all := readTheirs(t)
	var differences []*difference
	text, err := os.ReadFile("oracle/differences.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &differences); err != nil {
		t.Fatal(err)
	}
	var c Catalogue
	compared, unanswered, excepted := 0, 0, 0
	for _, m := range all.Models {
		for name, want := range m.Costs {
			call := Call{Model: m.Model, Provider: m.Provider}
			for _, members := range []json.RawMessage{all.Cases[name], m.Calls[name]} {
				if err := json.Unmarshal(members, &call); len(members) > 0 && err != nil {
					t.Fatal(err)
				}
			}
			got, err := c.CompletionCost(call)
			if err != nil {
				t.Errorf("%s: %s: %v", m.Model, name, err)
				continue
			}
			if _, fails := want.(string); fails {
				unanswered++
				continue
			}
			compared++
			if same(got, want) {
				continue
			}
			listed := false
			for _, d := range differences {
				listed = listed || d.covers(m.Model, name)
			}
			if listed {
				excepted++
				continue
			}
			t.Errorf("%s (%s): %s: got %d and %d pico-dollars, LiteLLM has %v dollars", m.Model, m.Provider, name, got.Prompt, got.Completion+got.Tools, want)
		}
	}
	for _, d := range differences {
		if d.used == 0 || d.Why == "" || !strings.HasPrefix(d.Source, "https://") {
			t.Errorf("differences.json: got an entry that is used %d times, or without reason and source: %+v", d.used, *d)
		}
	}
	if excepted*100 > compared {
		t.Errorf("got %d differences in %d cases, want 1 %% at most", excepted, compared)
	}
	t.Logf("%s: %d models, %d cases compared, %d of them listed as different; LiteLLM itself fails in %d more",
		all.Source, len(all.Models), compared, excepted, unanswered)
}

// same compares a cost to LiteLLM's dollars: the two parts, or their sum.
func same(got Cost, want any) bool {
	near := func(pico int64, dollars any) bool {
		d, ok := dollars.(float64)
		return ok && math.Abs(float64(pico)-d*1e12) <= 1.0001+math.Abs(d)*1e-3 // the last: what LiteLLM's floats lose
	}
	if parts, ok := want.([]any); ok {
		return near(got.Prompt, parts[0]) && near(got.Completion+got.Tools, parts[1])
	}
	return near(got.Total(), want)
}
