package boot_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/providers"
)

// TestCost: what a reply cost is in its header and in the log. The amounts are
// worked out by hand from the vendors' price lists
// (https://platform.claude.com/docs/en/about-claude/pricing: $3, $3.75,
// $6, $0.30 and $15 a million; https://platform.openai.com/docs/pricing: $2.50,
// $1.25 and $10) for 50 or 298 new, 1920 cached, 148 and 100 written, and 8
// written tokens.
func TestCost(t *testing.T) {
	const models = `
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_base: $UP, api_key: k}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4-5, api_base: $HOST, api_key: k}
  - model_name: own
    litellm_params: {model: openai/gpt-4o, api_base: $UP, api_key: k, input_cost_per_token: 1e-6, output_cost_per_token: 0.00001}
  - model_name: own-info
    litellm_params: {model: openai/gpt-4o, api_base: $UP, api_key: k, output_cost_per_token: 0.5}
    model_info: {input_cost_per_token: 1.0, output_cost_per_token: 2.0}
  - model_name: base
    litellm_params: {model: openai/my-model, api_base: $UP, api_key: k}
    model_info: {base_model: openai/gpt-4o}
  - model_name: unknown
    litellm_params: {model: openai/my-model, api_base: $UP, api_key: k}
`
	for _, c := range []struct {
		model, more, want string
	}{
		{"gpt", "", "0.003225"},
		{"claude", "", "0.002001"},
		{"own", "", "0.002298"}, // a list of one's own has no cache price: all is input
		{"own-info", "", "2222"},
		{"base", "", "0.003225"},
		{"unknown", "", ""},
		{"gpt", "litellm_settings: {cost_discount_config: {openai: 0.2}}", "0.00258"},
		{"gpt", "litellm_settings: {cost_margin_config: {global: 0.5}}", "0.0048375"},
	} {
		t.Run(c.model+c.more, func(t *testing.T) {
			h := open(t, models+c.more)
			for _, name := range []string{"gpt-4o", "claude-sonnet-4-5", "my-model"} {
				h.Alias(name, "cached")
			}
			a := h.post(t, c.model, false, "")
			if got := a.header.Get("X-Litellm-Response-Cost"); a.status != 200 || got != c.want {
				t.Errorf("got %d and cost %q, want %q", a.status, got, c.want)
			}
			h.post(t, c.model, true, "")
			told := `"cost_usd":` + c.want + ","
			if c.want == "" {
				told = `"cost_unknown":true`
			}
			if n := strings.Count(h.log.String(), told); n != 2 {
				t.Errorf("got log %s, want %s twice", h.log, told)
			}
		})
	}
}

// TestPricesThatAreNone stop the start, with the model's name.
func TestPricesThatAreNone(t *testing.T) {
	for yaml, want := range map[string]string{
		"model_list: [{model_name: a, litellm_params: {model: demo/demo, input_cost_per_token: free}}]": "model a",
		"litellm_settings: {cost_margin_config: {openai: {percentage: much}}}":                          "cost_margin_config",
	} {
		c, problems, err := config.Parse("config.yaml", []byte(yaml), config.Options{})
		if err != nil {
			t.Fatal(err, problems)
		}
		if _, err := boot.New(boot.Parts{Config: c, Providers: providers.All(nil, nil, nil)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error about %s", yaml, err, want)
		}
	}
}
