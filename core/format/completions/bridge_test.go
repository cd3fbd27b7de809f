package completions

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestLimit: OpenAI's default counts only where nobody says more.
func TestLimit(t *testing.T) {
	for _, c := range []struct{ body, params, want string }{
		{`{"prompt":"a"}`, `{}`, "16"},
		{`{"prompt":"a","max_tokens":null}`, `{}`, "16"},
		{`{"prompt":"a","max_tokens":5}`, `{}`, "5"},
		{`{"prompt":"a","max_completion_tokens":5}`, `{}`, "5"},
		{`{"prompt":"a","max_tokens":7,"max_completion_tokens":5}`, `{"max_tokens":100}`, "5"},
		{`{"prompt":"a"}`, `{"max_tokens":100}`, ""},
		{`{"prompt":"a"}`, `{"max_completion_tokens":100}`, ""},
	} {
		call := kit().Call(t, c.body)
		call.To.Params = formattest.Object(t, c.params)
		asked, err := Call(call)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := asked.Body.Raw("max_completion_tokens"); string(got) != c.want || asked.Body.Has("max_tokens") {
			t.Errorf("%s with %s: got %s, want %q", c.body, c.params, got, c.want)
		}
	}
}

// TestHead: what comes before the text leaves room for another deployment.
func TestHead(t *testing.T) {
	var got []bool
	for ev, err := range Events(kit().Call(t, `{"prompt":"a","echo":true}`), formattest.Events(
		llm.Event{Head: true, Data: []byte(`{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}`)},
		llm.Event{Data: []byte(`{"choices":[{"index":0,"delta":{"reasoning_content":"Hm"}}]}`)},
		llm.Event{Data: []byte(`{"choices":[{"index":0,"delta":{"content":"b"}}]}`)},
		llm.Event{Last: true},
	)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ev.Head)
	}
	if len(got) != 4 || !got[0] || !got[1] || got[2] || got[3] {
		t.Errorf("got %v, want a head until the text comes", got)
	}
}
