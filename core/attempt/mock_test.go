package attempt_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestMockReply: a text, or a whole reply as it is, with what OpenAI requires.
func TestMockReply(t *testing.T) {
	const head = `"id":"chatcmpl-r1","object":"chat.completion","created":1767323045,"model":"large"`
	for _, c := range []struct{ name, mock, want string }{
		{"text", `"hello"`, `{` + head + `,"choices":[{"finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"hello","refusal":null,"role":"assistant"}}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`},
		{"whole", `{"choices":[{"x":1}],"id":"mine"}`, `{"id":"mine","object":"chat.completion","created":1767323045,"model":"large","choices":[{"x":1}]}`},
		{"empty text", `""`, `{` + head + `,"choices":[{"finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"","refusal":null,"role":"assistant"}}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := mocked(t, c.mock, false)
			if err != nil || got != c.want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

// mocked answers a call by a mock and returns its body or its chunks, one per
// line. The provider does not exist.
func mocked(t *testing.T, mock string, stream bool) (string, error) {
	t.Helper()
	v := &vendor{}
	a := to(v)
	a.Now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	call := ask(`{}`)
	call.To.Provider, call.Stream, call.Options.IncludeUsage = "nobody", stream, true
	call.Options.Mock = json.RawMessage(mock)
	reply, err := a.Do(t.Context(), call)
	if err != nil {
		return "", err
	}
	if v.got != nil || call.Record.Provider != "mock" {
		t.Errorf("a provider was called: %q", call.Record.Provider)
	}
	defer reply.Close()
	if !stream {
		return read(reply)
	}
	var b strings.Builder
	for ev, err := range reply.Events {
		if err != nil {
			return "", err
		}
		b.Write(ev.Data)
		if ev.Last {
			b.WriteString(" last")
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}

// TestMockStream: word by word, the role once, and usage at the end.
func TestMockStream(t *testing.T) {
	const head = `{"id":"chatcmpl-r1","object":"chat.completion.chunk","created":1767323045,"model":"large","choices":[`
	chunk := func(delta, finish string) string {
		return head + `{"delta":` + delta + `,"finish_reason":` + finish + `,"index":0,"logprobs":null}]}` + "\n"
	}
	end := chunk(`{}`, `"stop"`) + head + `],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}} last` + "\n"
	for _, c := range []struct{ name, mock, want string }{
		{"text", `"one two"`, chunk(`{"content":"one ","role":"assistant"}`, "null") + chunk(`{"content":"two"}`, "null") + end},
		{"whole", `{"choices":[{"message":{"content":"one"}}]}`, chunk(`{"content":"one","role":"assistant"}`, "null") + end},
		{"empty", `""`, chunk(`{"content":"","role":"assistant"}`, "null") + end},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := mocked(t, c.mock, true); err != nil || got != c.want {
				t.Errorf("got\n%s%v\nwant\n%s", got, err, c.want)
			}
		})
	}
}

// TestMockError: an exception's name fails as that exception would.
func TestMockError(t *testing.T) {
	for _, c := range []struct {
		mock  string
		class llm.Class
	}{
		{`"RateLimitError"`, llm.RateLimitError},
		{`"litellm.ContextWindowExceededError"`, llm.ContextWindowExceededError},
		{`"litellm.Timeout"`, llm.Timeout},
		{`42`, llm.BadRequestError},
		{`["a"]`, llm.BadRequestError},
	} {
		for _, stream := range []bool{false, true} {
			if _, err := mocked(t, c.mock, stream); class(err) != c.class {
				t.Errorf("%s, stream %v: got %v, want %s", c.mock, stream, err, c.class)
			}
		}
	}
	if _, err := mocked(t, `{"id":"x"}`, true); class(err) != llm.BadRequestError {
		t.Errorf("a stream of no choices: got %v, want BadRequestError", err)
	}
}

// TestMockPrecedence: the caller's before the configuration's.
func TestMockPrecedence(t *testing.T) {
	call := ask(`{}`)
	call.To.Mock = json.RawMessage(`"configured"`)
	for _, c := range []struct{ own, want string }{{"", "configured"}, {`"own"`, "own"}} {
		call.Options.Mock = nil
		if c.own != "" {
			call.Options.Mock = json.RawMessage(c.own)
		}
		reply, err := to(&vendor{}).Do(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := read(reply); !strings.Contains(got, `"content":"`+c.want+`"`) {
			t.Errorf("got %s, want %q", got, c.want)
		}
	}
}
