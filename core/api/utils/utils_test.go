package utils_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/utils"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// words counts words, and remembers the model it counts for.
type words struct{ model string }

func (words) Text(texts ...string) int { return len(strings.Fields(strings.Join(texts, " "))) }

func (w words) Messages(messages, tools, _ []byte) (int, error) {
	if !strings.HasPrefix(string(messages), "[") {
		return 0, &llm.Error{Class: llm.BadRequestError, Message: "messages must be a list"}
	}
	return len(w.model) + len(tools), nil
}

func do(t *testing.T, method, target, body string, h web.Handler) string {
	t.Helper()
	edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
	w := httptest.NewRecorder()
	edge.Handle("x", h).ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	return w.Body.String()
}

// TestCount: a prompt is counted by the model that would answer it, in whatever
// format it is.
func TestCount(t *testing.T) {
	c := &utils.Count{
		Tokens: func(model string) utils.Counter { return words{model} },
		Find: func(name string) (*llm.Deployment, error) {
			if name != "group" {
				return nil, &llm.Error{Class: llm.BadRequestError, Message: "no " + name}
			}
			return &llm.Deployment{Group: "group", Model: "large"}, nil
		},
		Bridges: map[llm.Format]func(*llm.Call) (*llm.Call, error){llm.Messages: func(call *llm.Call) (*llm.Call, error) {
			if call.To.Model != "large" {
				t.Errorf("got a call of %q, want the deployment's", call.To.Model)
			}
			b := *call
			b.Body = raw.Object{}.WithRaw("messages", []byte("[]")).WithRaw("tools", []byte("[1]"))
			return &b, nil
		}},
	}
	caller := &llm.Caller{Models: []string{"group"}}
	for _, x := range []struct {
		handle func(*web.Writer, *http.Request, *llm.Caller) error
		caller *llm.Caller
		body   string
		want   string
	}{
		{c.Messages, caller, `{"model":"group","messages":"bridged"}`, `{"input_tokens":8}`},
		{c.Messages, caller, `{"model":"other"}`, "no other"},
		{c.Messages, &llm.Caller{Models: []string{}}, `{"model":"group"}`, "may not use the model group"},
		{c.TokenCounter, caller, `{"model":"group","messages":[]}`, `{"total_tokens":5,"request_model":"group","model_used":"large","tokenizer_type":"openai_tokenizer"}`},
		{c.TokenCounter, caller, `{"model":"group","messages":7}`, "messages must be a list"},
		{c.TokenCounter, caller, `{"model":"group","prompt":"a b c"}`, `"total_tokens":3,`},
		{c.TokenCounter, caller, `{"model":"group","prompt":["a b","c"]}`, `"total_tokens":3,`},
		{c.TokenCounter, &llm.Caller{Models: []string{}}, `{"model":"group","prompt":"a"}`, "may not use the model group"},
		{c.TokenCounter, caller, `{"model":"group","prompt":7}`, "prompt must be"},
		{c.TokenCounter, caller, `{"model":"group"}`, "prompt or messages is required"},
	} {
		got := do(t, "POST", "/", x.body, func(w *web.Writer, r *http.Request) error { return x.handle(w, r, x.caller) })
		if !strings.Contains(got, x.want) {
			t.Errorf("%s: got %s, want %s", x.body, got, x.want)
		}
	}
}

// TestInfo: of each deployment what is known, and of each group what is true of
// any of its deployments; no secret, and nothing of models that the caller may
// not use.
func TestInfo(t *testing.T) {
	i := &utils.Info{
		Stored: func(id string) bool { return id == "2" },
		Deployments: func() []*llm.Deployment {
			return []*llm.Deployment{
				{ID: "1", Group: "a", Provider: "acme", Model: "large", Base: "https://secret.example"},
				{ID: "2", Group: "a", Provider: "other", Model: "small"},
				{ID: "3", Group: "b", Provider: "acme", Model: "x"},
			}
		},
		Facts: func(d *llm.Deployment) utils.Facts {
			if d.ID == "1" {
				return utils.Facts{"supports_vision": true, "max_tokens": int64(9), "input_cost_per_token": json.Number("2e-6"), "mode": "chat"}
			}
			return utils.Facts{"supports_vision": false, "max_tokens": int64(5), "input_cost_per_token": json.Number("1e-6")}
		},
	}
	caller := &llm.Caller{Models: []string{"a"}}
	for _, x := range []struct {
		handle func(*web.Writer, *http.Request, *llm.Caller) error
		target string
		want   string
	}{
		{i.Models, "/", `{"data":[{"model_name":"a","litellm_params":{"custom_llm_provider":"acme","model":"acme/large"},"model_info":{"db_model":false,"id":"1","input_cost_per_token":2e-6,"max_tokens":9,"mode":"chat","supports_vision":true}},` +
			`{"model_name":"a","litellm_params":{"custom_llm_provider":"other","model":"other/small"},"model_info":{"db_model":true,"id":"2","input_cost_per_token":1e-6,"max_tokens":5,"supports_vision":false}}]}`},
		{i.Models, "/?litellm_model_id=2", `{"data":[{"model_name":"a","litellm_params":{"custom_llm_provider":"other","model":"other/small"},"model_info":{"db_model":true,"id":"2","input_cost_per_token":1e-6,"max_tokens":5,"supports_vision":false}}]}`},
		{i.Models, "/?litellm_model_id=3", `{"error":{"message":"NotFoundError: there is no deployment 3","type":"not_found_error","param":"litellm_model_id","code":"404"}}`},
		{i.Groups, "/", `{"data":[{"input_cost_per_token":1e-6,"max_tokens":9,"mode":"chat","model_group":"a","providers":["acme","other"],"supports_vision":true}]}`},
		{i.Groups, "/?model_group=b", `{"data":[]}`},
	} {
		got := do(t, "GET", x.target, "", func(w *web.Writer, r *http.Request) error { return x.handle(w, r, caller) })
		if got != x.want {
			t.Errorf("%s: got\n%s\nwant\n%s", x.target, got, x.want)
		}
	}
}
