package price

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// theirs is testdata/litellm.json.gz: see oracle/vectors.py.
type theirs struct {
	Source string
	Cases  map[string]json.RawMessage // of a Call
	Names  [][3]string                // model, provider, name in the file
	Models []struct {
		Model, Provider string
		Costs           map[string]any // [prompt, completion], their sum, or why there is none
		Calls           map[string]json.RawMessage
		Supports        []Capability // nil: not asked
		Most            *float64     // what get_max_tokens says
	}
}

// difference is an entry of oracle/differences.json: cases in which our answer
// is not LiteLLM's, and the vendor's page that says that ours is right.
type difference struct {
	Models []string // patterns; * matches slashes too
	Cases  []string
	Why    string
	Source string
	used   int
}

type differences []*difference

// explains reports whether a difference is listed.
func (list differences) explains(model, about string) bool {
	flat := strings.NewReplacer("/", "|")
	for _, d := range list {
		for _, pattern := range d.Models {
			if ok, err := path.Match(flat.Replace(pattern), flat.Replace(model)); ok && err == nil && slices.Contains(d.Cases, about) {
				d.used++
				return true
			}
		}
	}
	return false
}

// TestOracle holds that everything that has a price in LiteLLM's file costs
// what LiteLLM says, to a pico-dollar; that names mean what they mean to
// LiteLLM; and that models can do what it says they can, but for the
// differences listed.
func TestOracle(t *testing.T) {
	f, err := os.Open("testdata/litellm.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all theirs
	if err := json.NewDecoder(unzipped).Decode(&all); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("oracle/differences.json")
	if err != nil {
		t.Fatal(err)
	}
	var list differences
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	t.Run("costs", func(t *testing.T) { compareCosts(t, all, list) })
	t.Run("names", func(t *testing.T) { compareNames(t, all) })
	t.Run("supports", func(t *testing.T) { compareSupports(t, all, list) })
	for _, d := range list {
		if d.used == 0 || d.Why == "" || !strings.HasPrefix(d.Source, "https://") {
			t.Errorf("differences.json: got an entry that is used %d times, or without reason and source: %+v", d.used, *d)
		}
	}
}

func compareCosts(t *testing.T, all theirs, list differences) {
	var c Catalogue
	compared, unanswered, different := 0, 0, 0
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
				t.Errorf("%s (%s): %s: %v", m.Model, m.Provider, name, err)
				continue
			}
			if _, fails := want.(string); fails {
				unanswered++
				continue
			}
			compared++
			switch {
			case same(got, want):
			case list.explains(m.Model, name):
				different++
			default:
				t.Errorf("%s (%s): %s: got %+v pico-dollars, LiteLLM has %v dollars", m.Model, m.Provider, name, got, want)
			}
		}
	}
	if compared < 4000 || different*100 > compared {
		t.Errorf("got %d differences in %d cases, want 4000 cases and 1 %% at most", different, compared)
	}
	t.Logf("%s: %d models, %d costs compared, %d of them listed as different; LiteLLM itself fails in %d more",
		all.Source, len(all.Models), compared, different, unanswered)
}

// same compares a cost to LiteLLM's dollars: the two parts, or their sum.
func same(got Cost, want any) bool {
	near := func(pico int64, dollars any) bool {
		d, ok := dollars.(float64)
		lost := 1e-4 + math.Abs(d)*1e-3 // by LiteLLM's floats
		return ok && math.Abs(float64(pico)-d*1e12) <= 1+lost
	}
	if parts, ok := want.([]any); ok {
		return near(got.Prompt, parts[0]) && near(got.Completion+got.Tools, parts[1])
	}
	return near(got.Total(), want)
}

func compareNames(t *testing.T, all theirs) {
	var c Catalogue
	for _, n := range all.Names {
		m, err := c.Info(n[0], n[1])
		if m.Name != n[2] || errors.Is(err, ErrUnknownModel) != (n[2] == "") {
			t.Errorf("%q at %q: got %q and error %v, want %q", n[0], n[1], m.Name, err, n[2])
		}
	}
	t.Logf("%d names", len(all.Names))
}

func compareSupports(t *testing.T, all theirs, list differences) {
	var c Catalogue
	asked, different := 0, 0
	for _, m := range all.Models {
		most, err := c.MaxTokens(m.Model, "")
		if m.Most != nil && (err != nil || float64(most) != *m.Most) {
			t.Errorf("%s: got %d tokens and error %v, want %v", m.Model, most, err, *m.Most)
		}
		if m.Supports == nil {
			continue
		}
		for _, what := range Capabilities() {
			asked++
			got, want := c.Supports(m.Model, m.Provider, what), slices.Contains(m.Supports, what)
			switch {
			case got == want:
			case list.explains(m.Model, string(what)):
				different++
			default:
				t.Errorf("%s (%s): %s: got %v, want %v", m.Model, m.Provider, what, got, want)
			}
		}
	}
	t.Logf("%d capabilities, %d of them listed as different", asked, different)
}
