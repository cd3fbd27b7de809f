package messages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// answer is what a model says, whole; in a stream it comes in pieces.
type answer struct {
	reasoning, content, refusal string
	calls                       []call
	finish                      string
}

type call struct{ id, name, arguments string }

func answers() *rapid.Generator[answer] {
	return rapid.Custom(func(t *rapid.T) answer {
		a := answer{
			reasoning: rapid.String().Draw(t, "reasoning"),
			content:   rapid.String().Draw(t, "content"),
			finish:    rapid.SampledFrom([]string{"stop", "length", "tool_calls", "content_filter"}).Draw(t, "finish"),
		}
		if rapid.IntRange(0, 4).Draw(t, "refuses") == 0 {
			a.refusal = rapid.String().Draw(t, "refusal")
		}
		for n := range rapid.IntRange(0, 4).Draw(t, "calls") {
			input, _ := json.Marshal(map[string]string{"a": rapid.String().Draw(t, "argument")}) // always encodes
			a.calls = append(a.calls, call{fmt.Sprintf("call_%d", n), "tool", string(input)})
		}
		return a
	})
}

func (a answer) whole() raw.Object {
	m := raw.Object{}.WithText("role", "assistant").WithText("content", a.content).WithText("reasoning_content", a.reasoning)
	m = m.WithText("refusal", a.refusal)
	var calls []raw.Object
	for _, c := range a.calls {
		f := raw.Object{}.WithText("name", c.name).WithText("arguments", c.arguments)
		calls = append(calls, typed("function").WithText("id", c.id).WithRaw("function", f.Bytes()))
	}
	choice := raw.Object{}.WithRaw("message", m.WithList("tool_calls", calls).Bytes()).WithText("finish_reason", a.finish)
	return raw.Object{}.WithText("id", "chatcmpl-1").WithText("model", "m").WithList("choices", []raw.Object{choice})
}

// pieces cuts a text between its characters.
func pieces(t *rapid.T, text string) (all []string) {
	letters := []rune(text)
	for len(letters) > 0 {
		n := rapid.IntRange(1, len(letters)).Draw(t, "piece")
		all, letters = append(all, string(letters[:n])), letters[n:]
	}
	return all
}

// streamed cuts an answer into chunks. The pieces of its calls come in turns, in
// any order that begins the calls one after the other.
func (a answer) streamed(t *rapid.T) []llm.Event {
	var deltas []any
	for _, part := range []struct{ name, text string }{{"reasoning_content", a.reasoning}, {"content", a.content}, {"refusal", a.refusal}} {
		for _, p := range pieces(t, part.text) {
			deltas = append(deltas, map[string]string{part.name: p})
		}
	}
	rest := make([][]string, len(a.calls))
	begun := 0
	piece := func(n int, more map[string]any) {
		more["index"] = n
		deltas = append(deltas, map[string]any{"tool_calls": []any{more}})
	}
	for slices.ContainsFunc(rest, func(r []string) bool { return len(r) > 0 }) || begun < len(a.calls) {
		if n := rapid.IntRange(0, begun).Draw(t, "whose turn"); n == begun && begun < len(a.calls) {
			c := a.calls[n]
			rest[n] = pieces(t, c.arguments)
			piece(n, map[string]any{"id": c.id, "type": "function", "function": map[string]string{"name": c.name, "arguments": ""}})
			begun++
		} else if n < begun && len(rest[n]) > 0 {
			piece(n, map[string]any{"function": map[string]string{"arguments": rest[n][0]}})
			rest[n] = rest[n][1:]
		}
	}
	var all []llm.Event
	add := func(delta any, finish any) {
		data, err := json.Marshal(map[string]any{"id": "chatcmpl-1", "model": "m", "choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, llm.Event{Data: data, More: rapid.Bool().Draw(t, "more")})
	}
	for _, d := range deltas {
		add(d, nil)
	}
	add(map[string]any{}, a.finish)
	return append(all, llm.Event{Last: true, Usage: &llm.Usage{Known: true, In: 3, Out: 4}})
}

// TestStreamIsReply: however a stream is cut into chunks, it says what the reply
// says, and before its last chunk it never ends.
func TestStreamIsReply(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := answers().Draw(rt, "answer")
		c := ask(t, "m", `{"model":"m"}`)
		reply, err := Reply(c, &llm.Reply{Body: a.whole(), Usage: llm.Usage{Known: true, In: 3, Out: 4}})
		if err != nil {
			rt.Fatal(err)
		}
		want := joined(plain(t, reply.Body.Bytes()))
		chunks := a.streamed(rt)
		if got := joined(assemble(t, play(t, Events(c, sequence(chunks))))); !reflect.DeepEqual(got, want) {
			rt.Fatalf("got %+v, want %+v", got, want)
		}
		n := rapid.IntRange(0, len(chunks)-1).Draw(rt, "cut")
		var failed error
		for ev, err := range Events(c, sequence(chunks[:n])) {
			if failed = err; ev.Last {
				rt.Fatalf("cut after %d chunks: got an end", n)
			}
		}
		if failed == nil {
			rt.Fatalf("cut after %d chunks: got no error", n)
		}
	})
}

// joined puts neighbouring texts together: a stream cannot tell where what was
// said ends and why nothing more was begins.
func joined(m message) message {
	var all []block
	for _, b := range m.Content {
		if n := len(all); n > 0 && b.Type == "text" && all[n-1].Type == "text" {
			all[n-1].Text += b.Text
			continue
		}
		all = append(all, b)
	}
	m.Content = all
	return m
}

// TestUsageOnTheWay: what is counted as it comes is passed on at once, even by
// chunks that say nothing, and a first report is in the message's start.
func TestUsageOnTheWay(t *testing.T) {
	first, second := &llm.Usage{Known: true, In: 7}, &llm.Usage{Known: true, In: 7, Out: 9}
	events := play(t, Events(ask(t, "m", `{}`), sequence([]llm.Event{
		{Data: []byte(`{"id":"a","model":"m","choices":[]}`), Usage: first, Head: true, More: true},
		{Usage: second},
		{Data: []byte(`{"choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"y"}}]}`)},
		{Last: true},
	})))
	m := assemble(t, events)
	if events[0].Usage != first || !events[0].More || events[1].Usage != second || len(events[1].Data) > 0 {
		t.Errorf("got %+v, want each report with its chunk", events[:2])
	}
	if m.Usage["input_tokens"] != 7.0 || m.Usage["output_tokens"] != 9.0 || len(m.Content) != 1 || m.Content[0].Text != "x" {
		t.Errorf("got %+v, want the last counts and the first choice", m)
	}
}

// TestHeaders: what only Anthropic reads does not go abroad.
func TestHeaders(t *testing.T) {
	for model, want := range map[string]string{"gpt-5.2": "", "claude-opus-4-8": "interleaved-thinking-2025-05-14"} {
		c := ask(t, model, `{"messages":[]}`)
		c.Options.ExtraHeaders = http.Header{"Anthropic-Beta": {"interleaved-thinking-2025-05-14"}, "X-Team": {"red"}}
		over, err := Call(c)
		if err != nil {
			t.Fatal(err)
		}
		if h := over.Options.ExtraHeaders; h.Get("Anthropic-Beta") != want || h.Get("X-Team") != "red" {
			t.Errorf("%s: got %v, want Anthropic-Beta %q", model, h, want)
		}
		if c.Options.ExtraHeaders.Get("Anthropic-Beta") == "" {
			t.Errorf("%s: the caller's headers were changed", model)
		}
	}
}

// TestModelBehindAName: a profile's name tells nothing, its base model does.
func TestModelBehindAName(t *testing.T) {
	c := ask(t, "arn:aws:bedrock:us-east-1:1:application-inference-profile/x", `{"messages":[],"thinking":{"type":"adaptive"}}`)
	c.To.Settings = map[string]string{"base_model": "anthropic.claude-opus-4-6-v1"}
	over, err := Call(c)
	if err != nil || !over.Body.Has("thinking") {
		t.Errorf("got %s, %v, want the thoughts asked for in Claude's words", over.Body.Bytes(), err)
	}
}
