package formattest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// StreamIsReply holds that a stream, however it is cut into chunks, says what
// the reply says, and that before its end it never ends.
func (k Kit) StreamIsReply(t *testing.T) {
	k.checkCalls(t)
	rapid.Check(t, func(t *rapid.T) {
		a, usage := answers().Draw(t, "answer"), llm.Usage{Known: true, In: 15, CacheRead: 4, CacheWrite5m: 1, Out: 7, Reasoning: 3}
		text := rapid.SampledFrom(k.Calls).Draw(t, "call")
		call := k.Call(t, text)
		call.Stream = false
		reply := plain(k.Bridge.Reply(call, &llm.Reply{Body: a.whole(), Usage: usage}))
		if reply.err != nil {
			t.Fatalf("got %v, want a reply", reply.err)
		}
		var want, got story
		want.said, want.usage = k.Said(t, call, reply.events)
		call.Stream = true
		chunks := a.streamed(t)
		chunks = append(chunks, llm.Event{Last: true, Usage: &usage})
		stream := listen(t, k.Bridge.Events(call, events(chunks, nil)))
		if stream.err != nil {
			t.Fatalf("got %v, want a stream", stream.err)
		}
		got.said, got.usage = k.Said(t, call, stream.events)
		if k.Joined != nil {
			got.said, want.said = k.Joined(got.said), k.Joined(want.said)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%+v\nwant\n%+v", got, want)
		}
		n := rapid.IntRange(0, len(chunks)-1).Draw(t, "cut")
		cut := listen(t, k.Bridge.Events(call, events(chunks[:n], nil)))
		if e := (*llm.Error)(nil); !errors.As(cut.err, &e) {
			t.Fatalf("cut after %d chunks: got %v, want an llm.Error", n, cut.err)
		}
		k.Said(t, call, cut.events)
	})
}

// answer is what a model says, whole; in a stream it comes in pieces.
type answer struct {
	reasoning, content, refusal string
	calls                       []toolCall
	finish                      string
}

type toolCall struct{ id, name, arguments string }

func answers() *rapid.Generator[answer] {
	texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"\\<é😀 ]{0,12}`))
	return rapid.Custom(func(t *rapid.T) answer {
		a := answer{
			reasoning: texts.Draw(t, "reasoning"), content: texts.Draw(t, "content"),
			finish: rapid.SampledFrom([]string{"stop", "length", "tool_calls", "content_filter"}).Draw(t, "finish"),
		}
		if rapid.IntRange(0, 4).Draw(t, "refuses") == 0 {
			a.refusal = texts.Draw(t, "refusal")
		}
		for n := range rapid.IntRange(0, 4).Draw(t, "calls") {
			arguments, _ := json.Marshal(map[string]string{"a": texts.Draw(t, "argument")}) // always encodes
			a.calls = append(a.calls, toolCall{fmt.Sprintf("call_%d", n), "tool", string(arguments)})
		}
		return a
	})
}

// head is what a chunk and a completion begin with.
func head() raw.Object {
	return raw.Object{}.WithText("id", "chatcmpl-1").WithRaw("created", []byte("7")).WithText("model", "m")
}

func (a answer) whole() raw.Object {
	m := raw.Object{}.WithText("role", "assistant").WithText("content", a.content).WithText("reasoning_content", a.reasoning)
	var calls []raw.Object
	for _, c := range a.calls {
		f := raw.Object{}.WithText("name", c.name).WithText("arguments", c.arguments)
		calls = append(calls, raw.Object{}.WithText("type", "function").WithText("id", c.id).WithRaw("function", f.Bytes()))
	}
	m = m.WithText("refusal", a.refusal).WithList("tool_calls", calls)
	choice := raw.Object{}.WithRaw("index", []byte("0")).WithRaw("message", m.Bytes()).WithText("finish_reason", a.finish)
	return head().WithList("choices", []raw.Object{choice})
}

// streamed cuts an answer into chunks.
func (a answer) streamed(t *rapid.T) (all []llm.Event) {
	add := func(delta raw.Object, finish string) {
		choice := raw.Object{}.WithRaw("index", []byte("0")).WithRaw("delta", delta.Bytes()).WithRaw("finish_reason", []byte(finish))
		chunk := head().WithList("choices", []raw.Object{choice})
		all = append(all, llm.Event{Data: chunk.Bytes(), More: rapid.Bool().Draw(t, "more")})
	}
	add(raw.Object{}.WithText("role", "assistant").WithText("content", ""), "null")
	for _, part := range []struct{ name, text string }{{"reasoning_content", a.reasoning}, {"content", a.content}, {"refusal", a.refusal}} {
		for _, p := range pieces(t, part.text) {
			add(raw.Object{}.WithText(part.name, p), "null")
		}
	}
	for _, piece := range a.turns(t) {
		add(raw.Object{}.WithList("tool_calls", []raw.Object{piece}), "null")
	}
	add(raw.Object{}, `"`+a.finish+`"`)
	return all
}

// turns are the pieces of the calls, in any order that begins the calls one
// after the other.
func (a answer) turns(t *rapid.T) (all []raw.Object) {
	rest, begun := make([][]string, len(a.calls)), 0
	waits := func(r []string) bool { return len(r) > 0 }
	add := func(n int, piece, function raw.Object) {
		all = append(all, piece.WithRaw("index", strconv.AppendInt(nil, int64(n), 10)).WithRaw("function", function.Bytes()))
	}
	for begun < len(a.calls) || slices.ContainsFunc(rest, waits) {
		n := rapid.IntRange(0, begun).Draw(t, "whose turn")
		switch {
		case n == begun && begun < len(a.calls):
			c := a.calls[n]
			rest[n] = pieces(t, c.arguments)
			add(n, raw.Object{}.WithText("id", c.id).WithText("type", "function"), raw.Object{}.WithText("name", c.name).WithText("arguments", ""))
			begun++
		case n < begun && len(rest[n]) > 0:
			add(n, raw.Object{}, raw.Object{}.WithText("arguments", rest[n][0]))
			rest[n] = rest[n][1:]
		}
	}
	return all
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
