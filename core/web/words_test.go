package web_test

import (
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// TestWords: each front's clients find errors where their own vendor puts them,
// in a body and at the end of a stream.
func TestWords(t *testing.T) {
	busy := &llm.Error{Class: llm.RateLimitError, Message: "slow down", Provider: "acme", Param: "n"}
	for _, c := range []struct {
		format     llm.Format
		body, last string
	}{
		{
			llm.OpenAI,
			`{"error":{"message":"RateLimitError: acme - slow down","type":"throttling_error","param":"n","code":"429"}}`,
			"data: " + `{"error":{"message":"RateLimitError: acme - slow down","type":"throttling_error","param":"n","code":"429"}}`,
		},
		{
			llm.Messages,
			`{"type":"error","error":{"type":"rate_limit_error","message":"RateLimitError: acme - slow down"}}`,
			"event: error\ndata: " + `{"type":"error","error":{"type":"rate_limit_error","message":"RateLimitError: acme - slow down"}}`,
		},
		{
			llm.Gemini,
			`{"error":{"code":429,"message":"RateLimitError: acme - slow down","status":"RESOURCE_EXHAUSTED"}}`,
			"data: " + `{"error":{"code":429,"message":"RateLimitError: acme - slow down","status":"RESOURCE_EXHAUSTED"}}`,
		},
		{
			llm.Responses,
			`{"error":{"message":"RateLimitError: acme - slow down","type":"throttling_error","param":"n","code":"429"}}`,
			"event: error\ndata: " + `{"type":"error","code":"throttling_error","message":"RateLimitError: acme - slow down","param":"n","sequence_number":1}`,
		},
	} {
		speaking := func(h web.Handler) web.Handler {
			return func(w *web.Writer, r *http.Request) error {
				w.Speak(c.format)
				return h(w, r)
			}
		}
		if got := newEdge().serve(speaking(failing(busy))); got.Code != 429 || got.Body.String() != c.body {
			t.Errorf("format %d: got %d %s, want %s", c.format, got.Code, got.Body, c.body)
		}
		got := newEdge().serve(speaking(replying(true, stream(func(yield func(llm.Event, error) bool) {
			_ = yield(llm.Event{Data: []byte("1")}, nil) && yield(llm.Event{}, busy)
		}))))
		if want := "data: 1\n\n" + c.last + "\n\n"; got.Body.String() != want {
			t.Errorf("format %d: got %q, want %q", c.format, got.Body, want)
		}
	}
}

// TestAllClassesHaveWords: no class of errors is without a word in any format.
func TestAllClassesHaveWords(t *testing.T) {
	for class := llm.APIError; class <= llm.UnsupportedParamsError; class++ {
		for _, format := range []llm.Format{llm.OpenAI, llm.Messages, llm.Gemini} {
			got := newEdge().serve(func(w *web.Writer, _ *http.Request) error {
				w.Speak(format)
				return &llm.Error{Class: class}
			})
			if body := got.Body.String(); strings.Contains(body, `""`) {
				t.Errorf("%s in format %d: got %s, want no empty word", class, format, body)
			}
		}
	}
}

// TestNamedEvents: events keep their names, and only OpenAI's streams have a
// terminator of their own.
func TestNamedEvents(t *testing.T) {
	events := func(yield func(llm.Event, error) bool) {
		_ = yield(llm.Event{Name: "message_start", Data: []byte("1")}, nil) && yield(llm.Event{Name: "message_stop", Data: []byte("2"), Last: true}, nil)
	}
	const named = "event: message_start\ndata: 1\n\nevent: message_stop\ndata: 2\n\n"
	for format, want := range map[llm.Format]string{
		llm.Messages: named, llm.Responses: named, llm.Gemini: named, llm.Completions: named + "data: [DONE]\n\n", llm.OpenAI: named + "data: [DONE]\n\n",
	} {
		got := newEdge().serve(func(w *web.Writer, _ *http.Request) error {
			w.Speak(format)
			return w.Reply(&llm.Reply{Events: iter.Seq2[llm.Event, error](events)})
		})
		if got.Body.String() != want {
			t.Errorf("format %d: got %q, want %q", format, got.Body, want)
		}
	}
}

// slowly gives a byte at a time, and then its error.
type slowly struct {
	text string
	err  error
}

func (s *slowly) Read(b []byte) (int, error) {
	if s.text == "" {
		return 0, s.err
	}
	n := copy(b[:1], s.text)
	s.text = s.text[n:]
	return n, nil
}

// TestMedia: what is not JSON is passed on under its own type as it comes, and
// one that breaks off is not passed off as whole.
func TestMedia(t *testing.T) {
	sound := func(err error) web.Handler {
		return func(w *web.Writer, _ *http.Request) error {
			return w.Reply(&llm.Reply{Type: "audio/mpeg", Media: &slowly{"ID3", err}})
		}
	}
	got := newEdge().serve(sound(io.EOF))
	if got.Code != 200 || got.Body.String() != "ID3" || got.Header().Get("Content-Type") != "audio/mpeg" || !got.Flushed {
		t.Errorf("got %d %q %q, want the sound", got.Code, got.Header().Get("Content-Type"), got.Body)
	}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("got a response that looks whole, want one that is broken off")
		}
	}()
	newEdge().serve(sound(io.ErrUnexpectedEOF))
}
