package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

const ping = ": keep-alive\n\n"

// TestStreamKeepAlive: a stream gets a comment for each 15 s of silence.
func TestStreamKeepAlive(t *testing.T) {
	for _, c := range []struct {
		name    string
		silence []time.Duration // before each event
		want    string
	}{
		{"none", []time.Duration{14 * time.Second, 14 * time.Second}, "data: a\n\ndata: a\n\ndata: [DONE]\n\n"},
		{"before the first", []time.Duration{16 * time.Second}, ping + "data: a\n\ndata: [DONE]\n\n"},
		{"long", []time.Duration{0, 50 * time.Second}, "data: a\n\n" + ping + ping + ping + "data: a\n\ndata: [DONE]\n\n"},
		{"an event starts the time again", []time.Duration{14 * time.Second, 14 * time.Second, 16 * time.Second}, "data: a\n\ndata: a\n\n" + ping + "data: a\n\ndata: [DONE]\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newEdge().serve(replying(true, stream(func(yield func(llm.Event, error) bool) {
					for i, d := range c.silence {
						time.Sleep(d)
						if !yield(llm.Event{Data: []byte("a"), Last: i == len(c.silence)-1}, nil) {
							return
						}
					}
				})))
				if got := w.Body.String(); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

// TestPlainKeepAlive: a plain reply begins with white space after 240 s, which
// JSON allows.
func TestPlainKeepAlive(t *testing.T) {
	for _, c := range []struct {
		takes  time.Duration
		spaces int
	}{{239 * time.Second, 0}, {241 * time.Second, 1}, {256 * time.Second, 2}, {601 * time.Second, 25}} {
		synctest.Test(t, func(t *testing.T) {
			w := newEdge().serve(replying(false, func() (*llm.Reply, error) {
				time.Sleep(c.takes)
				return &llm.Reply{}, nil
			}))
			if got, want := w.Body.String(), strings.Repeat(" ", c.spaces)+"{}"; got != want {
				t.Errorf("after %v: got %q, want %q", c.takes, got, want)
			}
			if length := w.Header().Get("Content-Length"); (length == "") != (c.spaces > 0) {
				t.Errorf("after %v: got Content-Length %q", c.takes, length)
			}
			if w.Header().Get("Content-Type") != "application/json" || !json.Valid(w.Body.Bytes()) {
				t.Errorf("after %v: got %s %q, want JSON", c.takes, w.Header().Get("Content-Type"), w.Body)
			}
		})
	}
}

// TestErrorAfterPing: the status is gone, the body tells.
func TestErrorAfterPing(t *testing.T) {
	for _, c := range []struct {
		name   string
		stream bool
		before string
	}{{"stream", true, ping + "data: "}, {"plain", false, " "}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEdge()
				w := e.serve(replying(c.stream, func() (*llm.Reply, error) {
					time.Sleep(241 * time.Second)
					return nil, &llm.Error{Class: llm.RateLimitError, Message: "m", RetryAfter: time.Second}
				}))
				body, ok := strings.CutPrefix(strings.TrimLeft(w.Body.String(), " "), strings.Repeat(ping, 16))
				if c.stream != ok || w.Code != 200 {
					t.Fatalf("got %d %q, want 200, since pings were written", w.Code, w.Body)
				}
				same(t, []byte(strings.TrimPrefix(body, "data: ")), map[string]any{"error": map[string]any{
					"message": "RateLimitError: m", "type": "throttling_error", "param": nil, "code": "429",
				}})
				if strings.Contains(body, "[DONE]") {
					t.Errorf("got %q, want no [DONE]", body)
				}
				if line := e.line(t); line["class"] != "RateLimitError" {
					t.Errorf("log: got %v, want the class", line)
				}
			})
		})
	}
}

// TestPingSaysWhatIsSure: a response that a ping begins is described while
// others still write down what happens to the request.
func TestPingSaysWhatIsSure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newEdge().serve(func(w *web.Writer, r *http.Request) error {
			w.KeepAlive(true)
			rec := web.Record(r.Context())
			rec.Model, rec.Deployment, rec.Retries = "m", "first", 1
			time.Sleep(20 * time.Second)
			rec.Deployment, rec.Retries = "second", 2
			return w.Reply(&llm.Reply{Events: said("a")})
		})
		if got := w.Header().Get("X-Litellm-Call-Id"); got == "" {
			t.Error("the response has no id")
		}
		if got := w.Header().Get("X-Litellm-Model-Id"); got != "" {
			t.Errorf("got the deployment %q, which was not to stay", got)
		}
	})
}

// TestPingMeetsReply: both want to begin the response at the same moment.
func TestPingMeetsReply(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			w := newEdge().serve(replying(true, func() (*llm.Reply, error) {
				time.Sleep(15 * time.Second)
				return &llm.Reply{Header: http.Header{"X-Ratelimit-Limit-Requests": {"1"}}, Events: said("a")}, nil
			}))
			if got := strings.TrimPrefix(w.Body.String(), ping); got != "data: a\n\ndata: [DONE]\n\n" {
				t.Errorf("got %q, want the event and one end", got)
			}
		})
	}
}

// TestNoPingAfterTheEnd: not even when the handler stays.
func TestNoPingAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newEdge().serve(func(w *web.Writer, _ *http.Request) error {
			w.KeepAlive(true)
			err := w.Reply(&llm.Reply{Events: said("a")})
			time.Sleep(time.Hour)
			return err
		})
		time.Sleep(time.Hour)
		if got := w.Body.String(); got != "data: a\n\ndata: [DONE]\n\n" {
			t.Errorf("got %q, want nothing after the end", got)
		}
	})
}

// TestPingAfterFailure: an error before the first event stops them too.
func TestPingAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newEdge().serve(replying(true, func() (*llm.Reply, error) { return nil, errors.New("x") }))
		time.Sleep(time.Hour)
		if w.Code != 500 || strings.Contains(w.Body.String(), ping) {
			t.Errorf("got %d %q, want a plain 500", w.Code, w.Body)
		}
	})
}
