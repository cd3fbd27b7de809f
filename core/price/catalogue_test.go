package price

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/price/internal/blocks"
)

// TestEmbedded reads every entry of the catalogue, as look-ups trust it.
func TestEmbedded(t *testing.T) {
	file, err := blocks.Open(embedded)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	models, vendors := 0, 0
	for line, err := range file.All() {
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(line)))
		d.DisallowUnknownFields()
		var name string
		if strings.Contains(string(line), `/",`) && !strings.Contains(string(line), `"provider"`) {
			var v vendor
			err = d.Decode(&v)
			name = v.Name
			vendors++
			checkVendor(t, &v)
		} else {
			var m Model
			err = d.Decode(&m)
			name = m.Name
			models++
			if m.Provider == "" {
				t.Errorf("%s: got no provider", name)
			}
		}
		if err != nil || names[name] {
			t.Errorf("%s: got it again or with error %v", name, err)
		}
		names[name] = true
		if found, err := file.Find(name); err != nil || string(found) != string(line) {
			t.Errorf("%s: found %s and error %v", name, found, err)
		}
	}
	if models < 2590 || vendors < 30 {
		t.Errorf("got %d models and %d vendors, want 2590 and 30 at least", models, vendors)
	}
	t.Logf("%d models, %d vendors, %d bytes", models, vendors, len(embedded))
}

// checkVendor holds that the rows a vendor refers to are there.
func checkVendor(t *testing.T, v *vendor) {
	t.Helper()
	var c Catalogue
	for _, s := range v.Sizes {
		if c.row(s.Row) == nil {
			t.Errorf("%s: got no row %s", v.Name, s.Row)
		}
	}
	if v.Unlisted != "" && v.Unlisted != always && v.Unlisted != atOwn || v.Unlisted != "" && v.Prices == nil {
		t.Errorf("%s: got unlisted %q and prices %v", v.Name, v.Unlisted, v.Prices)
	}
}

// TestRegister holds that registering adds to what is known of a model.
func TestRegister(t *testing.T) {
	var c, untouched Catalogue
	before, err := c.Info("gpt-4o", "")
	if err != nil {
		t.Fatal(err)
	}
	prices := maps.Clone(before.Prices)
	if err := c.Register([]byte(`{"gpt-4o": {"input_cost_per_token": 1, "supports_vision": false, "max_output_tokens": 7}}`)); err != nil {
		t.Fatal(err)
	}
	got, err := c.Info("gpt-4o", "openai")
	if err != nil {
		t.Fatal(err)
	}
	if got.Prices[Rate{Unit: In}] != 1e15 || got.Prices[Rate{Unit: Out}] != prices[Rate{Unit: Out}] || got.MaxOutput != 7 || got.MaxInput != before.MaxInput {
		t.Errorf("got %+v, want the new members and the others of %+v", got, before)
	}
	if c.Supports("gpt-4o", "", Vision) || !untouched.Supports("gpt-4o", "", Vision) {
		t.Error("got vision as it was, or changed elsewhere")
	}
	if !maps.Equal(before.Prices, prices) {
		t.Errorf("got %v, want what was handed out unchanged: %v", before.Prices, prices)
	}
}

func TestRegisterRefuses(t *testing.T) {
	for _, file := range []string{
		``, `[]`, `{"m": 1}`, `{"m": {"input_cost_per_token": -1}}`, `{"m": {"input_cost_per_token": "free"}}`, `{"m": {"output_cost_per_token": 9001}}`,
		`{"m": {"input_cost_per_token": 1e999}}`, `{"m": {"tiered_pricing": [{"range": 1}]}}`, `{"m": {"input_cost_per_pixel": 1}}`, `{"m": {"output_cost_per_token": true}}`,
	} {
		var c Catalogue
		if err := c.Register([]byte(file)); err == nil {
			t.Errorf("%s: got no error, want one", file)
		}
		if _, err := c.Info("m", ""); !errors.Is(err, ErrUnknownModel) {
			t.Errorf("%s: got error %v, want the model unknown", file, err)
		}
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	var c Catalogue
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, model := range []string{"gpt-4o", "claude-sonnet-4-5", "groq/llama-3.1-8b-instant", "gpt-4o"} {
				if _, _, err := c.CostPerToken(model, "", llm.Usage{In: 1}); err != nil {
					t.Error(err)
				}
				if err := c.Register([]byte(`{"gpt-4o": {"rpm": 1}}`)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzRegister holds that what cannot be registered gives an error, and what
// can has prices that no cost is below zero by.
func FuzzRegister(f *testing.F) {
	f.Add(`{"m": {"litellm_provider": "p", "mode": "chat", "max_tokens": 4096.0, "input_cost_per_token": 1e-6, "output_cost_per_token": "2e-6",
		"input_cost_per_token_above_200k_tokens": 2e-6, "input_cost_per_token_batches": 5e-7, "supports_vision": true}}`)
	f.Add(`{"m": {"tiered_pricing": [{"range": [0, 256000.0], "input_cost_per_token": 5e-8}, {"range": [256000.0, 1e6], "input_cost_per_token": 2e-7}],
		"search_context_cost_per_query": {"search_context_size_low": 0.01}, "supported_endpoints": ["/v1/x", 1], "input_cost_per_token_cache_hit": 1e-9}}`)
	f.Add(`{"m": {"tiered_pricing": [{"max_results_range": [26, 100], "input_cost_per_query": 0.02}]}}`)
	f.Fuzz(func(t *testing.T, file string) {
		var c Catalogue
		if err := c.Register([]byte(file)); err != nil {
			return
		}
		m, err := c.Info("m", "")
		if err != nil {
			return
		}
		cost, err := c.CompletionCost(Call{Model: "m", Usage: llm.Usage{In: 300_000, CacheRead: 5, Out: 7, Searches: 2}})
		if err == nil && (cost.Prompt < 0 || cost.Completion < 0 || cost.Tools < 0) {
			t.Errorf("got %+v of %+v, want nothing below zero", cost, m)
		}
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var again Model
		if err := json.Unmarshal(text, &again); err != nil || !maps.Equal(again.Prices, m.Prices) {
			t.Errorf("got %+v and error %v from %s", again, err, text)
		}
	})
}

// BenchmarkFirst is a look-up and a cost in a process that has made none.
func BenchmarkFirst(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var c Catalogue
		if _, _, err := c.CostPerToken("claude-sonnet-4-5", "anthropic", llm.Usage{In: 1000, Out: 500}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNext is another of the same model.
func BenchmarkNext(b *testing.B) {
	var c Catalogue
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := c.CostPerToken("claude-sonnet-4-5", "anthropic", llm.Usage{In: 1000, CacheRead: 100, Out: 500}); err != nil {
			b.Fatal(err)
		}
	}
}
