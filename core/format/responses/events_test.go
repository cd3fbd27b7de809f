package responses_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/format/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// heard is what a client has of a stream.
type heard struct {
	response json.RawMessage // of the last event
	status   string
	text     string // put together of deltas
	summary  string
	refusal  string
	calls    string
	usage    *llm.Usage
	err      error
}

// listen reads a stream as a client does, and holds what every one promises:
// numbers that count, names that are types, heads before content, one end.
func listen(t rapid.TB, call *llm.Call, chunks [][]byte, whole bool) (h heard) {
	t.Helper()
	content, ended, next := false, false, 0
	for ev, err := range responses.Events(call, chat(chunks, whole)) {
		if ended || h.err != nil {
			t.Fatalf("got an event after the end")
		}
		if h.err = err; err != nil {
			continue
		}
		if ev.Usage != nil {
			h.usage = ev.Usage
		}
		ended = ev.Last
		if len(ev.Data) == 0 {
			if ev.Last {
				t.Fatalf("got a last event without the response")
			}
			continue
		}
		var e struct {
			Type     string          `json:"type"`
			Sequence int             `json:"sequence_number"`
			Delta    string          `json:"delta"`
			Item     string          `json:"item_id"`
			Response json.RawMessage `json:"response"`
		}
		if err := raw.Strict(ev.Data); err != nil {
			t.Fatalf("%v in %s", err, ev.Data)
		}
		if err := json.Unmarshal(ev.Data, &e); err != nil {
			t.Fatalf("%v in %s", err, ev.Data)
		}
		if e.Type != ev.Name || e.Sequence != next {
			t.Fatalf("got %q number %d in event %q, want number %d", e.Type, e.Sequence, ev.Name, next)
		}
		next++
		if content = content || !ev.Head; content && ev.Head {
			t.Fatalf("got the head %s after content", ev.Data)
		}
		switch e.Type {
		case "response.output_text.delta":
			h.text += e.Delta
		case "response.reasoning_summary_text.delta":
			h.summary += e.Delta
		case "response.refusal.delta":
			h.refusal += e.Delta
		case "response.function_call_arguments.delta":
			h.calls += e.Item + " " + e.Delta + "\n"
		case "response.completed", "response.incomplete":
			if !ev.Last {
				t.Fatalf("got %s before the end", e.Type)
			}
			h.status = strings.TrimPrefix(e.Type, "response.")
		}
		h.response = bytes.Clone(e.Response)
	}
	if !ended && h.err == nil {
		t.Fatalf("got an end that is neither Last nor an error")
	}
	return h
}

// TestCuts ends each golden stream before each of its events: without chat's
// end there is an error, and no end of a response.
func TestCuts(t *testing.T) {
	for _, g := range files(t) {
		if !strings.HasSuffix(g.name, "_stream") {
			continue
		}
		all := g.chunks()
		for n := range len(all) + 1 {
			h := listen(t, g.call(t), all[:n], false)
			var e *llm.Error
			if !errors.As(h.err, &e) || h.status != "" {
				t.Errorf("%s cut after %d of %d: got %v and status %q, want an error alone", g.name, n, len(all), h.err, h.status)
			}
		}
		if h := listen(t, g.call(t), all, true); h.err != nil || h.status == "" || h.usage == nil || *h.usage != counts {
			t.Errorf("%s: got %v, %q and %v, want the whole with its usage", g.name, h.err, h.status, h.usage)
		}
	}
}

// TestLeaves: who stops listening is told nothing more.
func TestLeaves(t *testing.T) {
	for _, g := range files(t) {
		if !strings.HasSuffix(g.name, "_stream") {
			continue
		}
		for n := range 30 {
			for range responses.Events(g.call(t), chat(g.chunks(), true)) {
				if n--; n < 0 {
					break
				}
			}
		}
	}
}

// TestErrorPasses: what a provider says in the middle is passed on as it is.
func TestErrorPasses(t *testing.T) {
	want := &llm.Error{Class: llm.RateLimitError, Message: "slow down"}
	in := func(yield func(llm.Event, error) bool) {
		_ = yield(llm.Event{Data: []byte(`{"id":"1","choices":[{"index":0,"delta":{"content":"a"}}]}`)}, nil) && yield(llm.Event{}, want)
	}
	var got error
	for _, err := range responses.Events(callOf(raw.Object{}), in) {
		got = err
	}
	if got != error(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestNotAFormat: an answer that is not chat's is an error of a bad gateway.
func TestNotAFormat(t *testing.T) {
	for _, text := range []string{
		`{"choices":[]}`, `{}`, `{"choices":[{"index":1,"message":{"content":"x"}}]}`, `{"choices":[7]}`,
		`{"choices":[{"message":[]}]}`, `{"choices":[{"message":{"content":"a","content":"b"}}]}`,
		`{"choices":[{"message":{"tool_calls":[{"id":"c"}]}}]}`, `{"choices":[{"message":{"tool_calls":[7]}}]}`,
	} {
		_, err := responses.Reply(callOf(raw.Object{}), &llm.Reply{Body: parse(t, []byte(text))})
		var e *llm.Error
		if !errors.As(err, &e) || e.Class != llm.BadGatewayError {
			t.Errorf("%s: got %v, want a BadGatewayError", text, err)
		}
	}
	h := listen(t, callOf(raw.Object{}), [][]byte{[]byte(`{"choices":[{"delta":{"content":"\x00"}}]}`)}, true)
	var e *llm.Error
	if !errors.As(h.err, &e) || e.Class != llm.BadGatewayError {
		t.Errorf("got %v, want a BadGatewayError", h.err)
	}
}

// TestStreamIsPlain: however an answer is cut into chunks, the response is that
// of the plain reply, and the deltas put together are its texts.
func TestStreamIsPlain(t *testing.T) {
	texts := rapid.StringMatching(`[a-z"\\<é😀 ]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a := answer{
			Reasoning: texts.Draw(t, "reasoning"), Text: texts.Draw(t, "text"), Refusal: texts.Draw(t, "refusal"),
			Calls:  rapid.SliceOfN(texts, 0, 3).Draw(t, "calls"),
			Finish: rapid.SampledFrom([]string{"stop", "tool_calls", "length", "content_filter"}).Draw(t, "finish"),
		}
		call := callOf(raw.Object{})
		reply, err := responses.Reply(call, &llm.Reply{Body: parseIn(t, a.completion()), Usage: counts})
		if err != nil {
			t.Fatal(err)
		}
		h := listen(t, call, a.chunks(t), true)
		if h.err != nil {
			t.Fatal(h.err)
		}
		if got, want := string(h.response), string(reply.Body.Bytes()); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
		if h.text != a.Text || h.summary != a.Reasoning || h.refusal != a.Refusal {
			t.Fatalf("got deltas %q, %q, %q of %+v", h.text, h.summary, h.refusal, a)
		}
	})
}

func parseIn(t *rapid.T, text []byte) raw.Object {
	o, err := raw.Parse(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

// answer is what a provider of chat says.
type answer struct {
	Reasoning, Text, Refusal, Finish string
	Calls                            []string // arguments
}

func (a answer) completion() []byte {
	calls := []string{}
	for i, arguments := range a.Calls {
		calls = append(calls, fmt.Sprintf(`{"id":"call_%d","type":"function","function":{"name":"f","arguments":%s}}`, i, raw.Quote(arguments)))
	}
	return fmt.Appendf(nil, `{"id":"c","created":7,"model":"m","choices":[{"index":0,"message":{"reasoning_content":%s,"content":%s,"refusal":%s,"tool_calls":[%s]},"finish_reason":%q}]}`,
		raw.Quote(a.Reasoning), raw.Quote(a.Text), raw.Quote(a.Refusal), strings.Join(calls, ","), a.Finish)
}

// chunks cuts the answer at places of rapid's choice.
func (a answer) chunks(t *rapid.T) (all [][]byte) {
	add := func(delta, finish string) {
		all = append(all, fmt.Appendf(nil, `{"id":"c","created":7,"model":"m","choices":[{"index":0,"delta":{%s},"finish_reason":%s}]}`, delta, finish))
	}
	pieces := func(s, format string) {
		for rest := []rune(s); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			add(fmt.Sprintf(format, raw.Quote(string(rest[:n]))), "null")
			rest = rest[n:]
		}
	}
	add(`"role":"assistant","content":""`, "null")
	pieces(a.Reasoning, `"reasoning_content":%s`)
	pieces(a.Text, `"content":%s`)
	pieces(a.Refusal, `"refusal":%s`)
	for i, arguments := range a.Calls {
		add(fmt.Sprintf(`"tool_calls":[{"index":%d,"id":"call_%d","type":"function","function":{"name":"f","arguments":""}}]`, i, i), "null")
		pieces(arguments, fmt.Sprintf(`"tool_calls":[{"index":%d,"function":{"arguments":%%s}}]`, i))
	}
	add("", `"`+a.Finish+`"`)
	return all
}

// FuzzCall holds that a request is refused with an llm.Error, or becomes one
// without duplicate members; and the same of its history.
func FuzzCall(f *testing.F) {
	for _, g := range files(f) {
		f.Add(g.part(partCall))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o, err := raw.Parse(body)
		if err != nil {
			return
		}
		call := callOf(o)
		asked, err := responses.Call(call)
		if e := (*llm.Error)(nil); err != nil && !errors.As(err, &e) {
			t.Fatalf("got %v, want an llm.Error", err)
		}
		if err == nil {
			isObject(t, asked.Body.Bytes())
		}
		if past, err := responses.WithHistory(o, []json.RawMessage{json.RawMessage(`{"role":"user","content":"x"}`)}); err == nil {
			isObject(t, past.Bytes())
		}
	})
}

// FuzzEvents holds, of any chunks, what listen does; and that a plain reply is
// refused or becomes an object.
func FuzzEvents(f *testing.F) {
	for _, g := range files(f) {
		f.Add(g.part(partCall), g.part(partChatReply), true)
	}
	f.Fuzz(func(t *testing.T, body, lines []byte, whole bool) {
		o, err := raw.Parse(body)
		if err != nil || raw.Strict(body) != nil {
			return
		}
		h := listen(t, callOf(o), bytes.Split(lines, []byte("\n")), whole)
		if h.err == nil && !whole {
			t.Fatal("got an end of a stream that has none")
		}
		answer, err := raw.Parse(lines)
		if err != nil {
			return
		}
		if reply, err := responses.Reply(callOf(o), &llm.Reply{Body: answer}); err == nil {
			isObject(t, reply.Body.Bytes())
		}
	})
}

func isObject(t *testing.T, text []byte) {
	t.Helper()
	if _, err := raw.Parse(text); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if d := json.NewDecoder(bytes.NewReader(text)); d.Decode(new(any)) == nil && d.More() {
		t.Fatalf("got text after the object in %s, want %v", text, io.EOF)
	}
}
