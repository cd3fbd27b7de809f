package calls_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sent is a request and what the handler made of it.
type sent struct {
	call   *llm.Call // nil when it was refused
	status int
	body   string
}

// send has a handler answer a body. headers are "Name: value"; one named Path
// is the model in the URL.
func send(t *testing.T, credentials bool, body string, headers ...string) sent {
	t.Helper()
	var s sent
	h := &calls.Handler{ClientCredentials: credentials, Serve: func(_ context.Context, call *llm.Call) (*llm.Reply, error) {
		s.call = call
		return &llm.Reply{Body: raw.Object{}.WithText("a", "b")}, nil
	}}
	edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
	r := httptest.NewRequest("POST", "/v1/chat/completions", strings.NewReader(body))
	for _, line := range headers {
		name, v, _ := strings.Cut(line, ": ")
		if name == "Path" {
			r.SetPathValue("model", v)
		} else {
			r.Header.Set(name, v)
		}
	}
	w := httptest.NewRecorder()
	caller := &llm.Caller{KeyHash: "hash"}
	edge.Handle("POST /x", func(w *web.Writer, r *http.Request) error {
		return h.JSON(calls.Shape{Op: llm.Chat, Format: llm.OpenAI, Needs: []string{"messages"}, List: "messages"})(w, r, caller)
	}).ServeHTTP(w, r)
	s.status, s.body = w.Code, w.Body.String()
	if s.call != nil && (s.call.Caller != caller || s.call.Record == nil || s.call.Record.RequestID != "id") {
		t.Errorf("got caller %+v and record %+v, want the request's", s.call.Caller, s.call.Record)
	}
	return s
}

// with is a small request with further members, each ended by a comma.
func with(members string) string {
	return `{"model":"m",` + members + `"messages":[{"role":"user","content":"hi"}]}`
}

// TestControls: each member that is for the gateway, what it sets, and that it
// goes no further.
func TestControls(t *testing.T) {
	n, yes, no := 3, true, false
	for _, c := range []struct {
		member string
		want   llm.Options
	}{
		{`"num_retries":3`, llm.Options{NumRetries: &n}},
		{`"timeout":1.5`, llm.Options{Timeout: 1500 * time.Millisecond}},
		{`"request_timeout":30`, llm.Options{Timeout: 30 * time.Second}},
		{`"stream_timeout":0.25`, llm.Options{StreamTimeout: 250 * time.Millisecond}},
		{`"fallbacks":["a","b"]`, llm.Options{Fallbacks: map[string][]string{"*": {"a", "b"}}}},
		{`"fallbacks":[{"m":["a"]},{"m":["b"],"n":["c"]}]`, llm.Options{Fallbacks: map[string][]string{"m": {"a", "b"}, "n": {"c"}}}},
		{`"fallbacks":[]`, llm.Options{Fallbacks: map[string][]string{"*": {}}}},
		{`"context_window_fallbacks":["a"]`, llm.Options{ContextWindowFallbacks: map[string][]string{"*": {"a"}}}},
		{`"content_policy_fallbacks":[{"m":["a"]}]`, llm.Options{ContentPolicyFallbacks: map[string][]string{"m": {"a"}}}},
		{`"disable_fallbacks":true`, llm.Options{DisableFallbacks: true}},
		{`"drop_params":true`, llm.Options{DropParams: &yes}},
		{`"drop_params":false`, llm.Options{DropParams: &no}},
		{`"specific_deployment":"id"`, llm.Options{Deployment: "id"}},
		{`"mock_response":"hi"`, llm.Options{Mock: json.RawMessage(`"hi"`)}},
		{`"mock_response":{"choices":[]}`, llm.Options{Mock: json.RawMessage(`{"choices":[]}`)}},
		{`"tags":["b","a","b"]`, llm.Options{Tags: []string{"a", "b"}}},
		{`"litellm_session_id":"s"`, llm.Options{Session: "s"}},
		{`"cache":{"no-cache":true}`, llm.Options{}},
		{`"caching":true`, llm.Options{}},
		{`"custom_llm_provider":"x"`, llm.Options{}},
		{`"litellm_metadata":{"a":1}`, llm.Options{}},
		{`"no-log":true`, llm.Options{}},
		{`"num_retries":null`, llm.Options{}},
		{`"timeout":null`, llm.Options{}},
		{`"mock_response":null`, llm.Options{}},
	} {
		s := send(t, false, with(c.member+","))
		if s.call == nil {
			t.Errorf("%s: got %d %s", c.member, s.status, s.body)
			continue
		}
		if kept := string(s.call.Options.Controls.Bytes()); kept != "{"+c.member+"}" {
			t.Errorf("%s: got %s kept, want it as it was", c.member, kept)
		}
		if s.call.Options.Controls = c.want.Controls; !reflect.DeepEqual(s.call.Options, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.member, s.call.Options, c.want)
		}
		if got := string(s.call.Body.Bytes()); got != with("") {
			t.Errorf("%s: got the body %s, want it without", c.member, got)
		}
	}
}

// TestExtraBody is kept apart because an object has no useful equality.
func TestExtraBody(t *testing.T) {
	s := send(t, false, with(`"extra_body":{"top_k": 1e2, "Weird":[ ]},`))
	if s.call == nil || string(s.call.Options.ExtraBody.Bytes()) != `{"top_k": 1e2, "Weird":[ ]}` || s.call.Body.Has("extra_body") {
		t.Errorf("got %d %s, want the members as they are", s.status, s.body)
	}
}

// TestRefused: what is wrong with a request, and which member is named.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ body, param string }{
		{`{"model":"m"}`, "messages"},
		{`{"model":"m","messages":null}`, "messages"},
		{`{"model":"m","messages":"hi"}`, "messages"},
		{`{"model":"m","messages":{}}`, "messages"},
		{`{"model":5,"messages":[]}`, "model"},
		{`{"model":"\q","messages":[]}`, "model"},
		{`{"Model":"other","messages":[]}`, "Model"},
		{`{"model":"m","MODEL":"other","messages":[]}`, "MODEL"},
		{with(`"stream":"true",`), "stream"},
		{with(`"stream":1,`), "stream"},
		{with(`"num_retries":-1,`), "num_retries"},
		{with(`"num_retries":21,`), "num_retries"},
		{with(`"num_retries":"2",`), "num_retries"},
		{with(`"num_retries":1.5,`), "num_retries"},
		{with(`"timeout":0,`), "timeout"},
		{with(`"timeout":-1,`), "timeout"},
		{with(`"timeout":"10",`), "timeout"},
		{with(`"timeout":86401,`), "timeout"},
		{with(`"request_timeout":[],`), "request_timeout"},
		{with(`"stream_timeout":false,`), "stream_timeout"},
		{with(`"fallbacks":"b",`), "fallbacks"},
		{with(`"fallbacks":[{"m":"b"}],`), "fallbacks"},
		{with(`"context_window_fallbacks":{"m":["b"]},`), "context_window_fallbacks"},
		{with(`"disable_fallbacks":"yes",`), "disable_fallbacks"},
		{with(`"drop_params":1,`), "drop_params"},
		{with(`"specific_deployment":7,`), "specific_deployment"},
		{with(`"extra_body":[],`), "extra_body"},
		{with(`"extra_body":{"a":1,"a":2},`), "extra_body"},
		{with(`"extra_body":{"model":"other"},`), "extra_body"},
		{with(`"extra_body":{"Model":"other"},`), "extra_body"},
		{with(`"extra_body":{"mod\u0065l":"other"},`), "extra_body"},
		{with(`"extra_body":{"models":["other"]},`), "extra_body"},
		{with(`"extra_body":{"messages":[]},`), "extra_body"},
		{with(`"extra_body":{"stream":true},`), "extra_body"},
		{with(`"extra_body":{"stream_options":{}},`), "extra_body"},
		{with(`"extra_body":{"n":100},`), "extra_body"},
		{with(`"extra_body":{"api_base":"https://a.test"},`), "extra_body"},
		{with(`"extra_body":{"mock_response":"x"},`), "extra_body"},
		{with(`"api_base":"https://a.test",`), "api_base"},
		{with(`"base_url":"https://a.test",`), "base_url"},
		{with(`"api_key":"sk",`), "api_key"},
		{with(`"extra_headers":{"A":"b"},`), "extra_headers"},
	} {
		s := send(t, false, c.body)
		var e struct {
			Error struct{ Param, Message, Code string }
		}
		if err := json.Unmarshal([]byte(s.body), &e); err != nil {
			t.Fatal(err)
		}
		if s.call != nil || s.status != 400 || e.Error.Param != c.param || e.Error.Message == "" {
			t.Errorf("%s: got %d %s, want a 400 about %s", c.body, s.status, s.body, c.param)
		}
	}
}

// TestOwnCredentials: where the configuration lets callers bring them.
func TestOwnCredentials(t *testing.T) {
	s := send(t, true, with(`"api_base":"https://a.test","api_key":"sk-own","extra_headers":{"x-team":"red"},`))
	if s.call == nil {
		t.Fatalf("got %d %s", s.status, s.body)
	}
	o := s.call.Options
	if o.APIBase != "https://a.test" || o.APIKey != "sk-own" || o.ExtraHeaders.Get("X-Team") != "red" {
		t.Errorf("got %+v, want what the caller brought", o)
	}
	if got := string(s.call.Body.Bytes()); got != with("") {
		t.Errorf("got the body %s, want it without", got)
	}
	if s := send(t, true, with(`"base_url":"https://b.test",`)); s.call == nil || s.call.Options.APIBase != "https://b.test" {
		t.Errorf("base_url: got %d %s", s.status, s.body)
	}
	for _, member := range []string{`"api_base":1`, `"api_key":{}`, `"extra_headers":["a"]`, `"extra_headers":{"a":1}`, `"extra_body":{"api_key":"x"}`} {
		if s := send(t, true, with(member+",")); s.status != 400 {
			t.Errorf("%s: got %d, want 400", member, s.status)
		}
	}
}

// TestModelAndStream: where the model's name stands, and how it is to answer.
func TestModelAndStream(t *testing.T) {
	for _, c := range []struct {
		body, path, model string
		stream            bool
	}{
		{`{"model":"m","messages":[]}`, "", "m", false},
		{`{"messages":[]}`, "", "", false},
		{`{"model":null,"messages":[]}`, "", "", false},
		{`{"model":"m","messages":[]}`, "deployment", "deployment", false},
		{`{"messages":[],"stream":true}`, "deployment", "deployment", true},
		{`{"model":"m","messages":[],"stream":false}`, "", "m", false},
		{`{"model":"m","messages":[],"stream":null}`, "", "m", false},
	} {
		s := send(t, false, c.body, "Path: "+c.path)
		if s.call == nil || s.call.Model != c.model || s.call.Stream != c.stream || s.call.Record.Stream != c.stream {
			t.Errorf("%s at %q: got %+v, want model %q and stream %v", c.body, c.path, s.call, c.model, c.stream)
		}
	}
}

// TestBodyPasses: what is not the gateway's goes on byte for byte.
func TestBodyPasses(t *testing.T) {
	body := ` {"messages" : [ {"role":"user","content":"\u0041"} ], "seed":12345678901234567890, "unknown":{"b":1,"a":2} } `
	if s := send(t, false, body); s.call == nil || string(s.call.Body.Bytes()) != body {
		t.Errorf("got %+v, want the body as it came", s.call)
	}
}

// TestMetadata: OpenAI's goes on, LiteLLM's does not.
func TestMetadata(t *testing.T) {
	for members, kept := range map[string]bool{
		`"store":true,"metadata":{"a":"b"},`:       true,
		`"metadata":{"a":"b"},`:                    false,
		`"store":false,"metadata":{"a":"b"},`:      false,
		`"store":true,"metadata":{"tags":["a"]},`:  false,
		`"store":true,"metadata":{"a":{"b":"c"}},`: false,
	} {
		s := send(t, false, with(members))
		if s.call == nil || s.call.Body.Has("metadata") != kept {
			t.Errorf("%s: got %+v, want kept: %v", members, s.call, kept)
		}
	}
}

func TestUsageAskedFor(t *testing.T) {
	for options, want := range map[string]bool{
		`{"include_usage":true}`: true, `{"include_usage":false}`: false, `{}`: false, `null`: false, `[]`: false, `{"include_usage":1}`: false,
	} {
		s := send(t, false, with(`"stream":true,"stream_options":`+options+`,`))
		if s.call == nil || s.call.Options.IncludeUsage != want {
			t.Errorf("%s: got %+v, want %v", options, s.call, want)
		}
	}
}

// TestHeaderControls: the same in headers, which a member overrides.
func TestHeaderControls(t *testing.T) {
	s := send(t, false, with(""), "X-Litellm-Timeout: 2.5", "X-Litellm-Stream-Timeout: 1", "X-Litellm-Num-Retries: 4")
	if s.call == nil || s.call.Options.Timeout != 2500*time.Millisecond || s.call.Options.StreamTimeout != time.Second || *s.call.Options.NumRetries != 4 {
		t.Errorf("got %d %s", s.status, s.body)
	}
	s = send(t, false, with(`"timeout":9,`), "X-Litellm-Timeout: 2.5")
	if s.call == nil || s.call.Options.Timeout != 9*time.Second {
		t.Errorf("got %+v, want the member's timeout", s.call)
	}
	for _, line := range []string{"X-Litellm-Timeout: soon", "X-Litellm-Stream-Timeout: 0", "X-Litellm-Num-Retries: -1"} {
		name, _, _ := strings.Cut(line, ":")
		if s := send(t, false, with(""), line); s.status != 400 || !strings.Contains(s.body, `"param":"`+name+`"`) {
			t.Errorf("%s: got %d %s, want a 400 about it", line, s.status, s.body)
		}
	}
}

// TestBeta: what a client of the Messages API says in a header is a part of its
// request, and of no other.
func TestBeta(t *testing.T) {
	for format, want := range map[llm.Format]string{llm.Messages: "context-1", llm.OpenAI: ""} {
		var got string
		h := &calls.Handler{Serve: func(_ context.Context, call *llm.Call) (*llm.Reply, error) {
			got = call.Options.ExtraHeaders.Get("Anthropic-Beta")
			return &llm.Reply{Body: raw.Object{}}, nil
		}}
		edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
		r := httptest.NewRequest("POST", "/x", strings.NewReader(with("")))
		r.Header.Set("Anthropic-Beta", "context-1")
		edge.Handle("POST /x", func(w *web.Writer, r *http.Request) error {
			return h.JSON(calls.Shape{Op: llm.Chat, Format: format})(w, r, nil)
		}).ServeHTTP(httptest.NewRecorder(), r)
		if got != want {
			t.Errorf("format %d: got %q, want %q", format, got, want)
		}
	}
}
