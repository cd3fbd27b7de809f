package chat_test

import (
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errBad = errors.New("bad event")

// words is a vendor's format whose events are each a word and what it is about.
func words(*llm.Call) chat.Reader {
	own := raw.Object{}.WithText("x", "y")
	u := llm.Usage{Known: true, In: 1, Out: 2}
	return func(ev sse.Event, s *chat.Stream) error {
		for word := range strings.FieldsSeq(string(ev.Data)) {
			word, about, _ := strings.Cut(word, "=")
			quoted := json.RawMessage(raw.Quote(about))
			switch word {
			case "start":
				s.Start(chat.Head{ID: about, Model: "m-1", Created: 5, More: own})
			case "must":
				s.MustEnd()
			case "role":
				s.Role(0)
			case "open":
				s.Open(0, own)
			case "text":
				s.Text(0, quoted)
			case "text1":
				s.Text(1, quoted)
			case "why":
				s.Reasoning(0, quoted)
			case "thought":
				s.Thought(0, own)
			case "call":
				s.Call(0, about, "f", "")
			case "call1":
				s.Call(1, about, "g", "{}")
			case "callfields":
				s.CallFields(0, own)
			case "args":
				s.Arguments(0, quoted)
			case "more":
				s.More(0, own)
			case "fields":
				s.Fields(0, own)
			case "logprobs":
				s.Logprobs(0, json.RawMessage(`{"content":[]}`))
			case "finish":
				s.Finish(0, about)
			case "finish1":
				s.Finish(1, about)
			case "usage":
				s.Usage(u)
			case "usageas":
				s.UsageAs(u, own)
			case "withanswer":
				s.EndsWithAnswer()
			case "end":
				s.End()
			case "bad":
				return errBad
			}
		}
		return nil
	}
}

// events gives each of some texts as an event, and an error in place of a "!".
func events(texts []string) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		for i, text := range texts {
			var err error
			if text == "!" {
				err = errBad
			}
			if !yield(sse.Event{Data: []byte(text), More: i+1 < len(texts)}, err) {
				return
			}
		}
	}
}

// heard shows a stream, one line for each event: what stands around the
// choices only of the first and the last.
func heard(t *testing.T, call *llm.Call, texts []string) []string {
	t.Helper()
	var lines []string
	for ev, err := range chat.Events(providertest.Now, words)(call, events(texts)) {
		if err != nil {
			return append(lines, "error "+err.Error())
		}
		var line string
		for _, mark := range []struct {
			set  bool
			word string
		}{{ev.Head, "head "}, {ev.Last, "last "}, {ev.More, "more "}, {ev.Usage != nil, "usage "}} {
			if mark.set {
				line += mark.word
			}
		}
		if len(ev.Data) > 0 {
			o := providertest.Object(t, string(ev.Data))
			if len(lines) == 0 || ev.Last {
				line += string(o.Bytes())
			} else {
				v, _ := o.Raw("choices")
				line += string(v)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func TestStream(t *testing.T) {
	const filled = `{"id":"chatcmpl-test","object":"chat.completion.chunk","created":1763683200,"model":"m","choices":`
	first := func(more string) string {
		return `more ` + filled + `[{"index":0,"delta":{"role":"assistant","content":` + more + `}`
	}
	delta := func(more, finish string) string {
		return `[{"index":0,"delta":{` + more + `},"logprobs":null,"finish_reason":` + finish + `}]`
	}
	for _, c := range []struct {
		name, body string
		usage      bool
		in, want   []string
	}{
		{
			"whole, with what the vendor says of it", `{}`, true,
			[]string{"start=r1 role usage", "text=Hi", "", "finish=length usage", "end text=late"},
			[]string{
				`head more usage {"id":"r1","object":"chat.completion.chunk","created":5,"model":"m-1","x":"y","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}`,
				"more " + delta(`"content":"Hi"`, "null"), "more ", "more usage " + delta("", `"length"`),
				"more " + delta(`"content":"late"`, "null"),
				`last {"id":"r1","object":"chat.completion.chunk","created":5,"model":"m-1","x":"y","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}`,
			},
		},
		{
			"nothing after the end is read", `{}`, false,
			[]string{"text=a finish=stop", "end", "bad"},
			[]string{first(`"a"`) + `,"logprobs":null,"finish_reason":"stop"}]}`, "last "},
		},
		{
			"counts of the dialect's own, unknown until they come", `{}`, true,
			[]string{"text=a finish=stop", "usageas"},
			[]string{first(`"a"`) + `,"logprobs":null,"finish_reason":"stop"}],"usage":null}`, "usage ", `last ` + filled + `[],"usage":{"x":"y"}}`},
		},
		{
			"all that a choice may have", `{}`, false,
			[]string{"open", "text=a why=b thought more fields logprobs", "call=c1", "call= callfields args={", "args=}", "args=", "finish=stop"},
			[]string{
				`head more ` + filled + `[{"index":0,"delta":{"role":"assistant","content":"","x":"y"},"logprobs":null,"finish_reason":null}]}`,
				`more [{"index":0,"delta":{"content":"a","reasoning_content":"b","thinking_blocks":[{"x":"y"}],"x":"y","provider_specific_fields":{"x":"y"}},"logprobs":{"content":[]},"finish_reason":null}]`,
				"more " + delta(`"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]`, "null"),
				"more " + delta(`"tool_calls":[{"index":1,"id":"call_64beb2c79643d9d6c9dbbcd0","type":"function","function":{"name":"f","arguments":""},"provider_specific_fields":{"x":"y"}},{"index":1,"function":{"arguments":"{"}}]`, "null"),
				"more " + delta(`"tool_calls":[{"index":1,"function":{"arguments":"}"}}]`, "null"),
				"more ", delta("", `"tool_calls"`), "last ",
			},
		},
		{
			"two choices", `{"n":2}`, false,
			[]string{"text=a text1=b", "finish=stop", "finish1=stop finish1=length"},
			[]string{
				first(`"a"`) + `,"logprobs":null,"finish_reason":null},{"index":1,"delta":{"role":"assistant","content":"b"},"logprobs":null,"finish_reason":null}]}`,
				"more " + delta("", `"stop"`), `[{"index":1,"delta":{},"logprobs":null,"finish_reason":"stop"}]`, "last ",
			},
		},
		{
			"calls of two choices", `{"n":2}`, false,
			[]string{"call=c1 call1=c2", "call1=c3", "finish=stop finish1=stop"},
			[]string{
				first(`"","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]`) + `,"logprobs":null,"finish_reason":null},` +
					`{"index":1,"delta":{"role":"assistant","content":"","tool_calls":[{"index":0,"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},"logprobs":null,"finish_reason":null}]}`,
				`more [{"index":1,"delta":{"tool_calls":[{"index":1,"id":"c3","type":"function","function":{"name":"g","arguments":"{}"}}]},"logprobs":null,"finish_reason":null}]`,
				`[{"index":0,"delta":{},"logprobs":null,"finish_reason":"tool_calls"},{"index":1,"delta":{},"logprobs":null,"finish_reason":"tool_calls"}]`, "last ",
			},
		},
		{"one of two choices missing", `{"n":2}`, false, []string{"finish=stop"}, []string{filled + `[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":"stop"}]}`, "error " + wire.ErrCut.Error()}},
		{"cut", `{}`, false, []string{"text=a", "text=b"}, []string{first(`"a"`) + `,"logprobs":null,"finish_reason":null}]}`, delta(`"content":"b"`, "null"), "error " + wire.ErrCut.Error()}},
		{"ended without a reason", `{}`, false, []string{"text=a", "end"}, []string{first(`"a"`) + `,"logprobs":null,"finish_reason":null}]}`, "error " + wire.ErrCut.Error()}},
		{"an end that must come", `{}`, false, []string{"must text=a finish=stop", ""}, []string{first(`"a"`) + `,"logprobs":null,"finish_reason":"stop"}]}`, "", "error " + wire.ErrCut.Error()}},
		{
			"ended by the answer's end", `{}`, false,
			[]string{"withanswer text=a"},
			[]string{strings.Replace(first(`"a"`), "more ", "", 1) + `,"logprobs":null,"finish_reason":null}]}`, "more " + delta("", `"stop"`), "last "},
		},
		{"an answer without anything", `{}`, false, []string{"withanswer"}, []string{"head ", "error " + wire.ErrCut.Error()}},
		{"a broken answer", `{}`, false, []string{"withanswer text=a", "!"}, []string{first(`"a"`) + `,"logprobs":null,"finish_reason":null}]}`, "error bad event"}},
		{"empty", `{}`, false, nil, []string{"error " + wire.ErrCut.Error()}},
		{"an event that cannot be read", `{}`, false, []string{"bad"}, []string{"error bad event"}},
		{"a broken connection", `{}`, false, []string{"!"}, []string{"error bad event"}},
	} {
		call := callOf(providertest.Object(t, c.body))
		call.Options.IncludeUsage = c.usage
		got, want := strings.Join(heard(t, call, c.in), "\n"), strings.Join(c.want, "\n")
		if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// TestStreamLeft: a reader that breaks off is asked for nothing more.
func TestStreamLeft(t *testing.T) {
	for range chat.Events(providertest.Now, words)(callOf(raw.Object{}), events([]string{"text=a", "bad"})) {
		return
	}
	t.Fatal("got no event, want one")
}
