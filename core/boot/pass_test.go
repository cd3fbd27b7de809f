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

// TestPassAzure: at a resource's address, whatever of its path the configuration
// has, with the key where Azure wants it.
func TestPassAzure(t *testing.T) {
	h := open(t, `
model_list:
  - {model_name: gpt, litellm_params: {model: azure/gpt, api_base: "$HOST/openai/deployments/gpt", api_key: az-secret}}
  - {model_name: phi, litellm_params: {model: azure_ai/phi, api_base: "$HOST/models", api_key: ai-secret}}
general_settings: {master_key: sk-master}
`)
	for _, c := range []struct{ path, want, header string }{
		{"/azure/openai/deployments/gpt/chat/completions?api-version=2024-10-21", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", "az-secret"},
		{"/azure/openai/v1/responses", "/openai/v1/responses?", "az-secret"},
		{"/azure_ai/models/chat/completions?api-version=2024-05-01-preview", "/models/chat/completions?api-version=2024-05-01-preview", "ai-secret"},
	} {
		before := len(h.Exchanges())
		h.do(t, "POST", c.path, `{}`, "Authorization: Bearer sk-master")
		all := h.Exchanges()
		if len(all) != before+1 {
			t.Fatalf("%s: got %d requests at Azure's, want 1", c.path, len(all)-before)
		}
		x := all[before]
		if got := x.Path + "?" + x.Query; got != c.want || x.Header.Get("Api-Key") != c.header || x.Header.Get("Authorization") == "Bearer sk-master" {
			t.Errorf("%s: got %s with %v, want %s with %s", c.path, got, x.Header, c.want, c.header)
		}
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
		{"/openai/v1/models", "sk-wrong", 401, "Invalid proxy server token"},
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

// own is a gateway with endpoints of the operator's own at the fake upstream.
const own = `
general_settings:
  master_key: sk-master
  pass_through_endpoints:
    - {path: /chat, target: $UP/chat/completions?a=1, headers: {Authorization: Bearer os.environ/OWN_KEY}, default_query_params: {b: "2", c: "3"}, cost_per_request: 0.25}
    - {path: /below, target: $UP/, include_subpath: true, forward_headers: true, methods: [post]}
    - {path: /below/deeper, target: $UP/nowhere, auth: false}
    - {path: /v1/embeddings, target: $UP/chat/completions, headers: {Authorization: Bearer sk-own-second}}
    - {path: /lost, target: $UP, headers: {X-Key: os.environ/NOT_SET}}
`

// TestPassEndpoints: what the operator's endpoints send on, with whose headers,
// at which address.
func TestPassEndpoints(t *testing.T) {
	h := open(t, own, "OWN_KEY=sk-own-secret")
	const body = `{"model":"text", "messages":[{"role":"user","content":"hi"}]}`
	key := "Authorization: Bearer sk-master"
	for _, c := range []struct {
		path, body  string
		headers     []string
		status      int
		path2, auth string // at the target
		beta        string
	}{
		{"/chat?b=9", body, []string{key, "Openai-Beta: x"}, 200, "/v1/chat/completions?a=1&b=9&c=3", "Bearer sk-own-secret", ""},
		{"/chat/", body, []string{key}, 200, "/v1/chat/completions?a=1&b=2&c=3", "Bearer sk-own-secret", ""},
		{"/below/chat/completions?z=%2F", body, []string{key, "Openai-Beta: x"}, 401, "/v1/chat/completions?z=%2F", "", "x"},
		{"/v1/embeddings", body, []string{key}, 200, "/v1/chat/completions?", "Bearer sk-own-second", ""},
		{"/chat", strings.Replace(body, "text", "401", 1), []string{key}, 401, "/v1/chat/completions?a=1&b=2&c=3", "Bearer sk-own-secret", ""},
	} {
		before := len(h.Exchanges())
		a := h.do(t, "POST", c.path, c.body, c.headers...)
		if a.status != c.status {
			t.Fatalf("%s: got %d %s, want %d", c.path, a.status, a.body, c.status)
		}
		if strings.Contains(a.body, "sk-own-secret") {
			t.Errorf("%s: got the target's secret in %s", c.path, a.body)
		}
		x := h.Exchanges()[before]
		if got := x.Path + "?" + x.Query; got != c.path2 || x.Header.Get("Authorization") != c.auth || x.Header.Get("Openai-Beta") != c.beta || string(x.Body) != c.body {
			t.Errorf("%s: got %s with %v and %s, want %s with %q and the caller's body", c.path, got, x.Header, x.Body, c.path2, c.auth)
		}
	}
	if a := h.do(t, "POST", "/chat", body, key); a.header.Get("X-Litellm-Response-Cost") != "0.25" {
		t.Errorf("got a cost of %q, want what the operator declared", a.header.Get("X-Litellm-Response-Cost"))
	}
}

// TestPassEndpointsRefused: what is not for an endpoint stays with the gateway,
// and nothing leads above a target.
func TestPassEndpointsRefused(t *testing.T) {
	h := open(t, own)
	key := "Authorization: Bearer sk-master"
	for _, c := range []struct {
		method, path, key string
		status            int
		says              string
	}{
		{"POST", "/chat", "Authorization: Bearer sk-wrong", 401, "Invalid proxy server token"},
		{"POST", "/chat/more", key, 404, "there is no"},
		{"GET", "/below/models", key, 404, "there is no"},
		{"POST", "/below/%2e%2e/control/reset", key, 404, "there is no"},
		{"POST", "/belowmore", key, 404, "there is no"},
		{"GET", "/lost", key, 503, "headers of /lost cannot be read"},
	} {
		a := h.do(t, c.method, c.path, "{}", c.key)
		if a.status != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: got %d %s, want %d %s", c.path, a.status, a.body, c.status, c.says)
		}
	}
	if n := len(h.Exchanges()); n != 0 {
		t.Errorf("got %d requests at the target, want none", n)
	}
	if a := h.do(t, "POST", "/below/deeper", "{}"); a.status != 404 || strings.Contains(a.body, "there is no") || len(h.Exchanges()) != 1 {
		t.Errorf("got %d %s, want the target's own answer without a key", a.status, a.body)
	}
}
