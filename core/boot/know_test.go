package boot

import (
	"encoding/json"
	"testing"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestKnownByBaseModel: a deployment under a name of the operator's own is
// known by the model it is.
func TestKnownByBaseModel(t *testing.T) {
	p, err := newPrices(&config.Config{Models: []config.Model{
		{ID: "info", Info: json.RawMessage(`{"base_model": "claude-sonnet-4-5"}`)},
		{ID: "params", Settings: map[string]string{"base_model": "claude-sonnet-4-5"}},
		{ID: "other", Info: json.RawMessage(`{"base_model": "gpt-4o"}`)},
		{ID: "plain"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	sonnet := llm.Model{MaxInput: 200_000, MaxOutput: 64_000}
	for _, c := range []struct {
		id, model string
		want      llm.Model
	}{
		{"info", "mine", sonnet},
		{"info", "claude-3-haiku-20240307", sonnet},
		{"params", "mine", sonnet},
		{"plain", "claude-sonnet-4-5", sonnet},
		{"other", "mine", llm.Model{MaxInput: 128_000, MaxOutput: 16_384}},
		{"plain", "mine", llm.Model{}},
	} {
		if got := p.know(&llm.Deployment{ID: c.id, Provider: "anthropic", Model: c.model}); got != c.want {
			t.Errorf("%s of %s: got %+v, want %+v", c.model, c.id, got, c.want)
		}
	}
}
