package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/tollgate-llm/tollgate/core/price"
	"github.com/tollgate-llm/tollgate/core/price/internal/blocks"
)

// TestGenerate holds that providers get one name, that prices are added to
// those a model has, and that the same file gives the same bytes.
func TestGenerate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "prices.json")
	if err := os.WriteFile(name, []byte(`{"sample_spec": {"litellm_provider": "one of them"},
		"gemini-x": {"litellm_provider": "vertex_ai-language-models", "mode": "chat", "input_cost_per_token": 1e-6},
		"other": {"litellm_provider": "vertex_ai-other", "input_cost_per_token": 1e-6}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	packed, err := generate(name)
	if err != nil {
		t.Fatal(err)
	}
	again, err := generate(name)
	if err != nil || !bytes.Equal(packed, again) {
		t.Errorf("got other bytes the second time, and error %v", err)
	}
	file, err := blocks.Open(string(packed))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, provider string
		search         bool
	}{{"gemini-x", "vertex_ai", true}, {"other", "vertex_ai", false}} {
		line, err := file.Find(tc.name)
		if err != nil {
			t.Fatal(err)
		}
		var m price.Model
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		_, search := m.Prices[price.Rate{Unit: price.SearchMedium}]
		if m.Provider != tc.provider || search != tc.search || m.Prices[price.Rate{Unit: price.In}] != 1e9 {
			t.Errorf("%s: got %+v, want provider %s and a price for searches: %v", tc.name, m, tc.provider, tc.search)
		}
	}
	if line, err := file.Find("sample_spec"); line != nil || err != nil {
		t.Errorf("got %s and error %v, want no entry of the file's own example", line, err)
	}
}

func TestGenerateRefuses(t *testing.T) {
	for _, text := range []string{``, `{"m": 1}`, `{"m\n": {"litellm_provider": "p"}}`, `{"m": {"litellm_provider": "p", "input_cost_per_token": "x"}}`} {
		name := filepath.Join(t.TempDir(), "prices.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := generate(name); err == nil {
			t.Errorf("%s: got no error, want one", text)
		}
	}
}
