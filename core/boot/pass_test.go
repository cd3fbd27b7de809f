package boot_test

import (
	"strings"
	"testing"
)

// passing is a gateway whose vendors are the fake upstream.
const passing = `
model_list:
  - {model_name: gpt, litellm_params: {model: openai/gpt, api_base: $UP, api_key: sk-upstream}}
general_settings: {master_key: sk-master}
`

// TestPass: a vendor gets the caller's own bytes with the operator's key, and the
// caller what the vendor answers, whatever that is.
func TestPass(t *testing.T) {
	h := open(t, passing, "ANTHROPIC_API_KEY=sk-ant-environment")
	const body = `{"model":"text", "temperature":1.0,"messages":[{"role":"user","content":"hi"}]}`
	a := h.do(t, "POST", "/openai/v1/chat/completions?beta=1&key=sk-master", body, "Authorization: Bearer sk-master", "X-Api-Key: sk-other", "Openai-Beta: x", "Cookie: secret=1")
	if a.status != 200 || !strings.Contains(a.text(), "alpha") {
		t.Errorf("got %d %s, want the vendor's answer", a.status, a.body)
	}
	seen := h.Exchanges()
	if len(seen) != 1 {
		t.Fatalf("got %d requests at the vendor's, want 1", len(seen))
	}
	x := seen[0]
	if x.Path != "/v1/chat/completions" || x.Query != "beta=1" || string(x.Body) != body {
		t.Errorf("got %s ? %s with %s, want the caller's own", x.Path, x.Query, x.Body)
	}
	if x.Header.Get("Authorization") != "Bearer sk-upstream" || x.Header.Get("Openai-Beta") != "x" || x.Header.Get("X-Api-Key")+x.Header.Get("Cookie") != "" {
		t.Errorf("got headers %v, want the operator's key and the caller's other headers", x.Header)
	}

	stream := h.do(t, "POST", "/openai/chat/completions", strings.Replace(body, "{", `{"stream":true,`, 1), "Authorization: Bearer sk-master")
	if !strings.HasSuffix(strings.TrimSpace(stream.body), "data: [DONE]") || !strings.Contains(stream.text(), "alpha") {
		t.Errorf("got %q, want the vendor's stream", stream.body)
	}
	refused := h.do(t, "POST", "/openai/v1/chat/completions", strings.Replace(body, `"text"`, `"429"`, 1), "Authorization: Bearer sk-master")
	if refused.status != 429 || !strings.Contains(refused.body, "Rate limit reached") || refused.header.Get("Retry-After") == "" {
		t.Errorf("got %d %s, want the vendor's own refusal", refused.status, refused.body)
	}
}

// TestPassRefused: who may not, what is not there, and a vendor whose address or
// key nobody configured.
func TestPassRefused(t *testing.T) {
	h := open(t, passing)
	for _, c := range []struct {
		path, key string
		status    int
		says      string
	}{
		{"/openai/v1/models", "sk-wrong", 401, "key"},
		{"/anthropic/v1/messages", "sk-master", 401, "no key for anthropic"},
		{"/vllm/v1/models", "sk-master", 400, "needs api_base"},
		{"/nobody/v1/models", "sk-master", 404, "there is no"},
	} {
		a := h.do(t, "GET", c.path, "", "Authorization: Bearer "+c.key)
		if a.status != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: got %d %s, want %d %s", c.path, a.status, a.body, c.status, c.says)
		}
	}
	if n := len(h.Exchanges()); n != 0 {
		t.Errorf("got %d requests at the vendor's, want none", n)
	}
}
