package boot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestModelsAdded: a deployment that an administrator adds, changes or takes
// away counts in the process that did it at once, and in another within five
// seconds; its secrets are shown to nobody.
func TestModelsAdded(t *testing.T) {
	in := memory.New(time.Now)
	here := openOn(t, in, peopled)
	now := time.Now()
	there := openAt(t, in, func() time.Time { return now }, peopled)
	master := "Authorization: Bearer sk-master"
	asks := func(h *house, model string) int {
		t.Helper()
		return h.do(t, "POST", "/v1/chat/completions", `{"model":"`+model+`","messages":[{"role":"user","content":"hi"}]}`, master).status
	}
	admin := func(method, path, body string, status int) string {
		t.Helper()
		a := here.do(t, method, path, strings.ReplaceAll(body, "$UP", here.URL+"/v1"), master)
		if a.status != status {
			t.Fatalf("%s %s %s: got %d %s, want %d", method, path, body, a.status, a.body, status)
		}
		if strings.Contains(a.body, "sk-upstream") {
			t.Errorf("%s %s: got %s, want no secret in it", method, path, a.body)
		}
		return a.body
	}
	if a, b := asks(here, "new"), asks(there, "new"); a != 400 || b != 400 {
		t.Fatalf("got %d and %d for a model that is not there yet, want 400", a, b)
	}
	var made struct {
		ID     string `json:"model_id"`
		Params struct {
			Key string `json:"api_key"`
		} `json:"litellm_params"`
	}
	body := admin("POST", "/model/new", `{"model_name":"new","litellm_params":{"model":"openai/text","api_base":"$UP","api_key":"sk-upstream"},"model_info":{"max_output_tokens":7}}`, 200)
	if err := json.Unmarshal([]byte(body), &made); err != nil || made.ID == "" || made.Params.Key != "****" {
		t.Fatalf("got %s, %v, want a model with an id and a masked key", body, err)
	}
	if got := asks(here, "new"); got != 200 {
		t.Errorf("got %d where it was added, want 200 at once", got)
	}
	if now = now.Add(5 * time.Second); asks(there, "new") != 200 {
		t.Error("the other process does not know it after five seconds")
	}
	if list := admin("GET", "/v1/models", "", 200); !strings.Contains(list, `"id":"new"`) {
		t.Errorf("got %s, want the new model among them", list)
	}
	if info := admin("GET", "/model/info?litellm_model_id="+made.ID, "", 200); !strings.Contains(info, `"db_model":true`) || !strings.Contains(info, `"max_output_tokens":7`) {
		t.Errorf("got %s, want what was said of the model", info)
	}

	admin("PATCH", "/model/"+made.ID+"/update", `{"model_name":"newer","litellm_params":{"api_key":"****","rpm":5}}`, 200)
	if a, b := asks(here, "newer"), asks(here, "new"); a != 200 || b != 400 {
		t.Errorf("got %d for its new name and %d for its old one, want 200, its key as it was, and 400", a, b)
	}
	admin("POST", "/credentials", `{"credential_name":"up","credential_values":{"api_key":"sk-upstream","api_base":"$UP"}}`, 200)
	admin("POST", "/model/update", `{"litellm_params":{"api_key":null,"api_base":null,"litellm_credential_name":"up"},"model_info":{"id":"`+made.ID+`"}}`, 200)
	if got := asks(here, "newer"); got != 200 {
		t.Errorf("got %d with a credential by its name, want 200", got)
	}
	admin("POST", "/model/delete", `{"id":"`+made.ID+`"}`, 200)
	if now = now.Add(5 * time.Second); asks(here, "newer") != 400 || asks(there, "newer") != 400 {
		t.Error("the model can be asked for after it was taken away")
	}
	for _, c := range []struct{ body, says string }{
		{`{"model_name":"x","litellm_params":{"model":"nobody/text"}}`, "nobody"},
		{`{"model_name":"x","litellm_params":{"model":"openai/text","timeout":"soon"}}`, "timeout"},
		{`{"model_name":"x","litellm_params":{"model":"openai/text","litellm_credential_name":"none"}}`, "none"},
		{`{"litellm_params":{"model":"openai/text"}}`, "model_name"},
		{`{"model_name":"x","litellm_params":{"model":"openai/text"},"model_info":{"team_id":"t"}}`, "team_id"},
	} {
		a := here.do(t, "POST", "/model/new", c.body, master)
		if a.status < 400 || a.status > 404 || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: got %d %s, want it refused for %s", c.body, a.status, a.body, c.says)
		}
	}
	key := issue(t, here, people.Key{Alias: "k"})
	if a := here.do(t, "POST", "/model/new", `{"model_name":"x","litellm_params":{"model":"nobody/text"}}`, key); a.status != 403 {
		t.Errorf("got %d %s for a key that is no administrator's, want 403", a.status, a.body)
	}
}

// TestAccessGroups: models are also allowed by the groups that model_info has
// them in.
func TestAccessGroups(t *testing.T) {
	h := open(t, strings.Replace(peopled, "max_output_tokens: 100", "max_output_tokens: 100, access_groups: [beta]", 1))
	key := issue(t, h, people.Key{Alias: "k", Models: []string{"beta"}})
	for model, want := range map[string]int{"gpt": 200, "other": 401} {
		a := h.do(t, "POST", "/v1/chat/completions", `{"model":"`+model+`","messages":[{"role":"user","content":"hi"}]}`, key)
		if a.status != want {
			t.Errorf("%s: got %d %s, want %d", model, a.status, a.body, want)
		}
	}
}
