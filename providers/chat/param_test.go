package chat_test

import (
	"fmt"
	"testing"

	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// TestParams reads one parameter of each body, and shows what was read.
func TestParams(t *testing.T) {
	limit := func(r *chat.Request) (string, error) { v, err := r.Limit(); return string(v), err }
	stop := func(r *chat.Request) (string, error) { v, err := r.Stop(); return string(v), err }
	user := func(r *chat.Request) (string, error) { return r.User(), nil }
	format := func(r *chat.Request) (string, error) {
		f, err := r.Format()
		return fmt.Sprintf("%s %s %s %v %s", f.Type, f.Name, f.Schema, f.Strict, f.Whole.Bytes()), err
	}
	nested := `{"type":"json_schema","json_schema":{"name":"N","strict":true,"schema":{"b": 1}}}`
	beside := `{"type":"json_schema","name":"N","schema":{"b":1}}`
	for _, c := range []struct {
		read             func(*chat.Request) (string, error)
		body, want, fail string
	}{
		{limit, `{}`, "", ""},
		{limit, `{"max_tokens":5}`, "5", ""},
		{limit, `{"max_tokens":5,"max_completion_tokens":6}`, "6", ""},
		{limit, `{"max_tokens":5,"max_completion_tokens":null}`, "5", ""},
		{limit, `{"max_completion_tokens":{"a":1,"a":1}}`, "", `BadRequestError max_completion_tokens: max_completion_tokens: duplicate member "a" at byte 7`},
		{stop, `{}`, "", ""},
		{stop, `{"stop":"a\u00e9"}`, `["a\u00e9"]`, ""},
		{stop, `{"stop":["a","b"]}`, `["a","b"]`, ""},
		{stop, `{"stop":[]}`, "", ""},
		{stop, `{"stop":[1]}`, "", "BadRequestError stop: stop: a text or a list of texts is needed"},
		{stop, `{"stop":7}`, "", "BadRequestError stop: stop: a text or a list of texts is needed"},
		{user, `{}`, "", ""},
		{user, `{"user":"u","safety_identifier":"s"}`, "u", ""},
		{user, `{"safety_identifier":"s"}`, "s", ""},
		{(*chat.Request).Effort, `{}`, "", ""},
		{(*chat.Request).Effort, `{"reasoning_effort":"high"}`, "high", ""},
		{(*chat.Request).Effort, `{"reasoning_effort":3}`, "", "BadRequestError reasoning_effort: reasoning_effort: a word is needed"},
		{format, `{}`, "   false {}", ""},
		{format, `{"response_format":{"type":"text"}}`, `text   false {"type":"text"}`, ""},
		{format, `{"response_format":` + nested + `}`, `json_schema N {"b": 1} true ` + nested, ""},
		{format, `{"response_format":` + beside + `}`, `json_schema N {"b":1} false ` + beside, ""},
		{format, `{"response_format":{"type":"json_object","response_schema":{}}}`, `json_object  {} false {"type":"json_object","response_schema":{}}`, ""},
		{format, `{"response_format":{"type":"json_schema","response_schema":{}}}`, `json_schema  {} false {"type":"json_schema","response_schema":{}}`, ""},
		{format, `{"response_format":{"type":"grammar"}}`, "", "UnsupportedParamsError response_format: acme does not support response_format of type grammar"},
		{format, `{"response_format":"json"}`, "", "BadRequestError response_format: response_format: not a JSON object at byte 0"},
	} {
		r := requestOf(t, c.body)
		got, err := c.read(r)
		if fail := providertest.Refusal(t, err); fail != c.fail {
			t.Errorf("%s: got error %q, want %q", c.body, fail, c.fail)
		}
		if err == nil && got != c.want {
			t.Errorf("%s: got %s, want %s", c.body, got, c.want)
		}
		if rest, err := r.Rest(); err != nil || rest.Len() > 0 {
			t.Errorf("%s: got rest %s, %v, want none", c.body, rest.Bytes(), err)
		}
	}
}

// TestNeutral: what asks for nothing is left out, what asks for something is
// still to be judged.
func TestNeutral(t *testing.T) {
	r := requestOf(t, `{"n":1,"store":false,"logit_bias":{},"temperature":1.0,"parallel_tool_calls":true,"service_tier":"auto","reasoning_effort":"none","response_format":{"type":"text"},"metadata":{}}`)
	r.Neutral()
	if rest, err := r.Rest(); err != nil || rest.Len() > 0 {
		t.Errorf("got rest %s, %v, want none", rest.Bytes(), err)
	}
	for _, body := range []string{`{"n":2}`, `{"store":true}`, `{"temperature":0}`, `{"logprobs":true}`, `{"parallel_tool_calls":false}`} {
		r := requestOf(t, body)
		r.Neutral()
		if rest, err := r.Rest(); err == nil {
			t.Errorf("%s: got rest %s without an error, want a refusal", body, rest.Bytes())
		}
	}
}
