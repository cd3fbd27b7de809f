package boot_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/outbound"
)

// planted are the secrets that the test looks for in all that leaves the
// gateway but for the upstream call itself.
var planted = []string{"planted-master", "planted-key", "planted-header", "planted-password", "planted-signature", "planted-cookie", "planted-prompt", "planted-wrong"}

// parrot is an upstream that repeats every secret it was sent.
func parrot(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		failure := fmt.Sprintf(`{"error":{"message":"no: %s","type":"%[1]s","param":"%[1]s","code":"%[1]s"}}`, key)
		w.Header().Set("Set-Cookie", "planted-cookie")
		var body struct{ Model string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		switch body.Model {
		case "fine":
			fmt.Fprint(w, `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[]}`)
		case "refused":
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, failure)
		case "broken":
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, `data: {"id":"1","choices":[{"index":0,"delta":{"content":"a"}}]}`+"\n\ndata: "+failure+"\n\n")
		}
	}))
	t.Cleanup(srv.Close)
	return strings.Replace(srv.URL, "://", "://name:planted-password@", 1) + "/v1?sig=planted-signature"
}

// TestNoSecretLeaves: neither body, headers nor log show one, however the
// request ends, and each request leaves one line.
func TestNoSecretLeaves(t *testing.T) {
	base := parrot(t)
	h := open(t, fmt.Sprintf(`
model_list:
  - {model_name: fine, litellm_params: {model: openai/fine, api_base: %[1]q, api_key: planted-key, headers: {X-Token: planted-header}}}
  - {model_name: refused, litellm_params: {model: openai/refused, api_base: %[1]q, api_key: planted-key}}
  - {model_name: broken, litellm_params: {model: openai/broken, api_base: %[1]q, api_key: planted-key}}
  - {model_name: down, litellm_params: {model: openai/x, api_base: %[2]q, api_key: planted-key}}
  - {model_name: nowhere, litellm_params: {model: openai/x, api_base: "ftp://planted-password@a/?planted-signature", api_key: planted-key}}
router_settings: {num_retries: 0}
general_settings: {master_key: sk-planted-master}
`, base, strings.Replace(nobody(t), "://", "://name:planted-password@", 1)+"?sig=planted-signature"))
	lines := 0
	for _, c := range []struct {
		model  string
		stream bool
		key    string
		status int
	}{
		{"fine", false, "sk-planted-master", 200},
		{"fine", false, "sk-planted-wrong", 401},
		{"refused", false, "sk-planted-master", 401},
		{"refused", true, "sk-planted-master", 401},
		{"broken", true, "sk-planted-master", 200},
		{"down", false, "sk-planted-master", 500},
		{"down", true, "sk-planted-master", 500},
		{"nowhere", false, "sk-planted-master", 400},
		{"unknown", false, "sk-planted-master", 400},
	} {
		body := strings.Replace(chatBody(c.model, fmt.Sprintf(`"stream":%v,`, c.stream)), "hi", "planted-prompt", 1)
		a := h.do(t, "POST", "/v1/chat/completions", body, "Authorization: Bearer "+c.key)
		if lines++; a.status != c.status {
			t.Errorf("%s: got %d %s, want %d", c.model, a.status, a.body, c.status)
		}
		out := a.body + fmt.Sprint(a.header)
		for _, secret := range planted {
			if strings.Contains(out, secret) {
				t.Errorf("%s, stream %v: %s is in the response: %s", c.model, c.stream, secret, out)
			}
		}
	}
	log := h.log.String()
	for _, secret := range planted {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("%s is in the log: %s", secret, log[max(0, i-200):i+50])
		}
	}
	if got := strings.Count(log, "\n"); got != lines {
		t.Errorf("got %d log lines for %d requests", got, lines)
	}
}

// TestOwnAddress: a caller's own address is refused unless the configuration
// allows it, is called from outside only, and gets no secret of the operator's.
func TestOwnAddress(t *testing.T) {
	const config = `
model_list:
  - {model_name: main, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-operator, headers: {X-Token: sk-header}}}
router_settings: {num_retries: 0}
`
	h := open(t, config)
	own := fmt.Sprintf(`"api_base":%q,"api_key":"sk-caller",`, h.URL+"/v1")
	if a := h.post(t, "main", false, own); a.status != 400 || *a.failure(t).Param != "api_base" || h.asked() != "" {
		t.Errorf("not allowed: got %d %s, want a 400 about api_base", a.status, a.body)
	}
	h = open(t, config+"general_settings: {allow_client_side_credentials: true}\n")
	own = fmt.Sprintf(`"api_base":%q,`, h.URL+"/v1")
	if a := h.post(t, "main", false, own); a.status != 500 || h.asked() != "" || strings.Contains(a.body, outbound.ErrForbiddenAddress.Error()) {
		t.Errorf("loopback: got %d %s, want it unreachable and no reason shown", a.status, a.body)
	}
	if a := h.post(t, "main", false, `"api_key":"sk-caller",`); a.status != 200 {
		t.Fatalf("own key: got %d %s", a.status, a.body)
	}
	if got := h.Exchanges()[0].Header.Get("Authorization"); got != "Bearer sk-caller" {
		t.Errorf("own key: the upstream got %q, want the caller's", got)
	}
}

// TestNames: default, alias, wildcard and path, from the request to the
// upstream.
func TestNames(t *testing.T) {
	h := open(t, `
model_list:
  - {model_name: main, litellm_params: {model: openai/text, api_base: $UP, api_key: k}}
  - {model_name: "acme/*", litellm_params: {model: "openai/*", api_base: $UP, api_key: k}}
  - {model_name: "*", litellm_params: {model: "*", api_base: $UP, api_key: k}}
router_settings: {model_group_alias: {best: acme/text-3}}
`)
	for _, c := range []struct{ path, model, asked, group string }{
		{"/v1/chat/completions", "", "text", "main"},
		{"/chat/completions", "main", "text", "main"},
		{"/v1/chat/completions", "best", "text-3", "acme/text-3"},
		{"/v1/chat/completions", "acme/text-5", "text-5", "acme/text-5"},
		{"/v1/chat/completions", "openai/text-4", "text-4", "openai/text-4"},
		{"/engines/best/chat/completions", "ignored", "text-3", "acme/text-3"},
		{"/openai/deployments/main/chat/completions?api-version=1", "", "text", "main"},
	} {
		h.Reset()
		body := chatBody(c.model, "")
		if c.model == "" {
			body = strings.Replace(body, `"model":"",`, "", 1)
		}
		a := h.do(t, "POST", c.path, body)
		if a.status != 200 || h.asked() != c.asked || a.header.Get("X-Litellm-Model-Group") != c.group {
			t.Errorf("%s %q: got %d, upstream asked for %q, group %q, want 200, %q, %q", c.path, c.model, a.status, h.asked(), a.header.Get("X-Litellm-Model-Group"), c.asked, c.group)
		}
	}
}
