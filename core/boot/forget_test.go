package boot_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestForget: a response that its provider keeps, too, is deleted there; one
// that was made of a chat is nobody's but ours.
func TestForget(t *testing.T) {
	h := open(t, `
model_list:
  - {model_name: native, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-upstream}}
  - {model_name: azure, litellm_params: {model: azure/text, api_base: $HOST, api_key: sk-upstream}}
  - {model_name: bridged, litellm_params: {model: anthropic/text, api_base: $HOST, api_key: sk-upstream}}
`)
	for model, path := range map[string]string{"native": "/v1/responses/", "azure": "/openai/v1/responses/", "bridged": ""} {
		var made struct{ ID string }
		a := h.do(t, "POST", "/v1/responses", `{"model":"`+model+`","input":"hi"}`)
		if err := json.Unmarshal([]byte(a.body), &made); err != nil || a.status != 200 {
			t.Fatalf("%s: got %d %s", model, a.status, a.body)
		}
		before := len(h.Exchanges())
		if a := h.do(t, "DELETE", "/v1/responses/"+made.ID, ""); a.status != 200 || !strings.Contains(a.body, `"deleted":true`) {
			t.Errorf("%s: got %d %s, want it deleted", model, a.status, a.body)
		}
		asked := h.Exchanges()[before:]
		switch {
		case path == "" && len(asked) != 0:
			t.Errorf("%s: got %d requests at the provider's, want none", model, len(asked))
		case path != "" && (len(asked) != 1 || asked[0].Method != "DELETE" || asked[0].Path != path+made.ID):
			t.Errorf("%s: got %+v at the provider's, want DELETE %s%s", model, asked, path, made.ID)
		}
		if a := h.do(t, "GET", "/v1/responses/"+made.ID, ""); a.status != 404 {
			t.Errorf("%s: got %d after it, want 404", model, a.status)
		}
	}
}
