package completions

import (
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
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
		call := callOf(t, c.body)
		call.To.Params = callOf(t, c.params).Body
		asked, err := Call(call)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := asked.Body.Raw("max_completion_tokens"); string(got) != c.want || asked.Body.Has("max_tokens") {
			t.Errorf("%s with %s: got %s, want %q", c.body, c.params, got, c.want)
		}
	}
}

// TestOdd: a provider's answer that is no chat is its fault.
func TestOdd(t *testing.T) {
	call := callOf(t, `{"prompt":"a"}`)
	for _, text := range []string{
		`{"choices":[1]}`, `{"choices":[{"message":[]}]}`, `{"choices":[{"index":"x"}]}`, `{"choices":[{"logprobs":{"content":1}}]}`,
	} {
		if _, err := Reply(call, &llm.Reply{Body: callOf(t, text).Body}); !errors.Is(err, llm.BadGatewayError) {
			t.Errorf("%s: got %v, want a BadGatewayError", text, err)
		}
		chunk := strings.Replace(text, "message", "delta", 1)
		for ev, err := range Events(call, events(llm.Event{Data: []byte(chunk), Last: true})) {
			if !errors.Is(err, llm.BadGatewayError) || ev.Last {
				t.Errorf("%s: got %+v, %v, want a BadGatewayError", chunk, ev, err)
			}
		}
	}
}

// TestHead: what comes before the text leaves room for another deployment.
func TestHead(t *testing.T) {
	var got []bool
	for ev, err := range Events(callOf(t, `{"prompt":"a","echo":true}`), events(
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

// FuzzCall: a body is refused with an error a caller may be told, or becomes a
// chat of one message that has no member twice.
func FuzzCall(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(string(g.call.Body.Bytes()))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := raw.Parse([]byte(text)); err != nil {
			return
		}
		call := callOf(t, text)
		asked, err := Call(call)
		if e := (*llm.Error)(nil); err != nil {
			if !errors.As(err, &e) || e.Class.Status() != 400 || e.Param == "" {
				t.Fatalf("got %v, want a 400 that names a member", err)
			}
			return
		}
		body, err := raw.Parse(asked.Body.Bytes())
		if err != nil {
			t.Fatalf("%v in %s", err, asked.Body.Bytes())
		}
		v, _ := body.Raw("messages")
		if all, err := raw.Objects(v); raw.Strict([]byte(text)) == nil && (err != nil || len(all) != 1) || body.Has("prompt") {
			t.Fatalf("got %s (%v), want one message", body.Bytes(), err)
		}
	})
}

// FuzzEvents: whatever a provider streams, a caller gets objects that say they
// are completions, and an end only where the provider's is.
func FuzzEvents(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(g.answer, true)
		f.Add(g.answer, false)
	}
	f.Fuzz(func(t *testing.T, answer string, counted bool) {
		call := callOf(t, `{"prompt":"aé","echo":true,"stream":true}`)
		call.Options.IncludeUsage = counted
		asked, err := Call(call)
		if err != nil {
			t.Fatal(err)
		}
		upstream, ended := false, false
		in := codec().Events(asked, sse.Read(strings.NewReader(answer)))
		watched := func(yield func(llm.Event, error) bool) {
			for ev, err := range in {
				upstream = upstream || ev.Last
				if !yield(ev, err) {
					return
				}
			}
		}
		for ev, err := range Events(call, watched) {
			if ended {
				t.Fatal("got an event after the end")
			}
			ended = err != nil || ev.Last
			if ev.Last && !upstream {
				t.Fatal("got an end that the provider did not send")
			}
			if len(ev.Data) == 0 {
				continue
			}
			if body, err := raw.Parse(ev.Data); err != nil {
				t.Fatalf("%v in %s", err, ev.Data)
			} else if kind, _ := body.Text("object"); kind != object {
				t.Fatalf("got %s, want a completion", ev.Data)
			}
		}
	})
}
