package boot_test

import (
	"strings"
	"testing"
)

// TestSoft: what a client sends unasked, and what changes nothing about an
// answer, goes unsaid where there is no word for it; what was asked for is
// refused by name.
func TestSoft(t *testing.T) {
	h := open(t, `
model_list:
  - {model_name: gpt, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-upstream}}
  - {model_name: claude, litellm_params: {model: anthropic/text, api_base: $HOST, api_key: sk-upstream}}
`)
	for _, c := range []struct {
		path, body string
		status     int
		lacks      string // in what the provider gets, or says when it refuses
	}{
		{"/v1beta/models/gpt:generateContent", `{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"topK":64}}`, 200, "top_k"},
		{"/v1/chat/completions", `{"model":"claude","messages":[{"role":"user","content":"hi"}],"prompt_cache_key":"k"}`, 200, "prompt_cache_key"},
		{"/v1/chat/completions", `{"model":"claude","messages":[{"role":"user","content":"hi"}],"logit_bias":{"1":2}}`, 400, "logit_bias"},
	} {
		before := len(h.Exchanges())
		a := h.do(t, "POST", c.path, c.body)
		if a.status != c.status {
			t.Errorf("%s %s: got %d %s, want %d", c.path, c.body, a.status, a.body, c.status)
			continue
		}
		asked := h.Exchanges()[before:]
		switch {
		case c.status == 400 && (len(asked) != 0 || !strings.Contains(a.body, c.lacks)):
			t.Errorf("%s: got %s and %d requests at the provider's, want it refused for %s", c.body, a.body, len(asked), c.lacks)
		case c.status == 200 && (len(asked) != 1 || strings.Contains(string(asked[0].Body), c.lacks)):
			t.Errorf("%s: got %s at the provider's, want no %s", c.body, asked[0].Body, c.lacks)
		}
	}
}
