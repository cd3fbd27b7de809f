package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// flushed records what had been written at each flush.
type flushed struct {
	*httptest.ResponseRecorder
	at []string
}

func (f *flushed) Flush() { f.at = append(f.at, f.Body.String()) }

// TestFlush: events leave at once, unless the next is waiting already.
func TestFlush(t *testing.T) {
	w := &flushed{ResponseRecorder: httptest.NewRecorder()}
	e := newEdge()
	events := []llm.Event{{Data: []byte("1")}, {Data: []byte("2"), More: true}, {Data: []byte("3"), More: true}, {Data: []byte("4")}, {Last: true, More: true}}
	h := e.Handle("POST /x", replying(true, stream(func(yield func(llm.Event, error) bool) {
		for _, ev := range events {
			if !yield(ev, nil) {
				return
			}
		}
	})))
	h.ServeHTTP(w, httptest.NewRequest("POST", "/x", nil))
	want := []string{"data: 1\n\n", "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n", "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: [DONE]\n\n"}
	if len(w.at) != len(want) {
		t.Fatalf("got %d flushes, want %d: %q", len(w.at), len(want), w.at)
	}
	for i := range want {
		if w.at[i] != want[i] {
			t.Errorf("flush %d: got %q, want %q", i, w.at[i], want[i])
		}
	}
}

// TestStreamEnds: only a stream that says that it is whole ends in [DONE].
func TestStreamEnds(t *testing.T) {
	cut := errors.New("cut")
	for _, c := range []struct {
		name   string
		events []llm.Event
		err    error
		status int
		body   string // "..." stands for an error
	}{
		{"whole", []llm.Event{{Data: []byte("1")}, {Last: true}}, nil, 200, "data: 1\n\ndata: [DONE]\n\n"},
		{"usage in the last", []llm.Event{{Data: []byte("1")}, {Data: []byte("2"), Last: true}}, nil, 200, "data: 1\n\ndata: 2\n\ndata: [DONE]\n\n"},
		{"broken off", []llm.Event{{Data: []byte("1")}}, cut, 200, "data: 1\n\ndata: ..."},
		{"broken at once", nil, cut, 500, "..."},
		{"without an end", []llm.Event{{Data: []byte("1")}}, nil, 200, "data: 1\n\ndata: ..."},
		{"empty", nil, nil, 502, "..."},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newEdge().serve(replying(true, stream(func(yield func(llm.Event, error) bool) {
				for _, ev := range c.events {
					if !yield(ev, nil) {
						return
					}
				}
				if c.err != nil {
					yield(llm.Event{}, c.err)
				}
			})))
			got := w.Body.String()
			if before, _, failed := strings.Cut(got, `{"error":`); failed {
				got = before + "..."
			}
			if w.Code != c.status || got != c.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, c.status, c.body)
			}
		})
	}
}

// TestStreamHeaders: what keeps proxies from holding a stream back.
func TestStreamHeaders(t *testing.T) {
	w := newEdge().serve(replying(true, stream(said("a"))))
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestProviderHeaders: which headers of the provider's go on, and as what.
func TestProviderHeaders(t *testing.T) {
	w := newEdge().serve(replying(false, func() (*llm.Reply, error) {
		return &llm.Reply{Header: http.Header{
			"Openai-Processing-Ms": {"12"}, "X-Ratelimit-Remaining-Tokens": {"99"}, "X-Request-Id": {"req_1"},
			"Set-Cookie": {"session=secret"}, "Content-Length": {"7"}, "Content-Type": {"text/html"},
			"Transfer-Encoding": {"chunked"}, "Connection": {"close"}, "Strict-Transport-Security": {"max-age=1"},
		}}, nil
	}))
	want := map[string]string{
		"llm_provider-openai-processing-ms": "12", "llm_provider-x-ratelimit-remaining-tokens": "99",
		"X-Ratelimit-Remaining-Tokens": "99", "llm_provider-x-request-id": "req_1",
		"Content-Type": "application/json", "Content-Length": "2",
	}
	for name, values := range w.Header() {
		switch v, ok := want[name]; {
		case ok && values[0] != v:
			t.Errorf("%s: got %q, want %q", name, values[0], v)
		case !ok && !strings.HasPrefix(name, "X-Litellm-"):
			t.Errorf("%s went on: %q", name, values)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s did not go on", name)
	}
}

// TestOwnHeaders: what the gateway says of a request.
func TestOwnHeaders(t *testing.T) {
	e := newEdge()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	e.Now = func() time.Time { return now }
	fill := func(rec *llm.Record) {
		rec.Model, rec.Deployment, rec.Base = "gpt", "id-1", "https://api.example.com/v1?api-key=sk-secret"
		rec.Retries, rec.Fallbacks, rec.Timeout, rec.Upstream = 2, 1, 1500*time.Millisecond, 30*time.Millisecond
		now = now.Add(42500 * time.Microsecond)
	}
	w := e.serve(func(w *web.Writer, r *http.Request) error {
		fill(web.Record(r.Context()))
		return w.Value(1)
	})
	for name, want := range map[string]string{
		"Call-Id": strings.Repeat("0123456789abcdef", 2), "Version": "1.2.3", "Model-Id": "id-1", "Model-Group": "gpt",
		"Model-Api-Base": "https://api.example.com/v1", "Attempted-Retries": "2", "Attempted-Fallbacks": "1",
		"Response-Duration-Ms": "42.500", "Overhead-Duration-Ms": "12.500", "Timeout": "1.5",
	} {
		if got := w.Header().Get("X-Litellm-" + name); got != want {
			t.Errorf("X-Litellm-%s: got %q, want %q", name, got, want)
		}
	}
	w = newEdge().serve(func(w *web.Writer, _ *http.Request) error { return w.Value(1) })
	for name := range w.Header() {
		if strings.HasPrefix(name, "X-Litellm-") && name != "X-Litellm-Call-Id" && name != "X-Litellm-Version" {
			t.Errorf("without a deployment: got %s, want it left out", name)
		}
	}
}

// TestRequestID: a caller's own is kept when it can be put into a log.
func TestRequestID(t *testing.T) {
	own := strings.Repeat("0123456789abcdef", 2)
	for _, c := range []struct{ header, want string }{
		{"X-Request-Id: abc-DEF_1.2", "abc-DEF_1.2"},
		{"X-Litellm-Call-Id: call-1", "call-1"},
		{"X-Amzn-Requestid: r-1", "r-1"},
		{"X-Request-Id: " + strings.Repeat("a", 128), strings.Repeat("a", 128)},
		{"X-Request-Id: " + strings.Repeat("a", 129), own},
		{"X-Request-Id: a b", own},
		{`X-Request-Id: "},{"`, own},
		{"X-Request-Id: é", own},
		{"X-Request-Id: a\x00", own},
		{"X-Other: abc", own},
	} {
		e := newEdge()
		w := e.serve(func(w *web.Writer, _ *http.Request) error { return w.Value(1) }, c.header)
		if got := w.Header().Get("X-Litellm-Call-Id"); got != c.want || e.line(t)["request_id"] != c.want {
			t.Errorf("%s: got %q, want %q", c.header, got, c.want)
		}
	}
}

// TestUnlogged: a route without a name leaves no line.
func TestUnlogged(t *testing.T) {
	e := newEdge()
	e.answer("", httptest.NewRequest("GET", "/x", nil), func(w *web.Writer, _ *http.Request) error { return w.Value(1) })
	if got := e.log.String(); got != "" {
		t.Errorf("got %q, want no line", got)
	}
}

// TestClientLeft: there is nobody to tell, but the line says so.
func TestClientLeft(t *testing.T) {
	e := newEdge()
	w := &deaf{httptest.NewRecorder()}
	e.Handle("POST /x", replying(true, stream(said("1", "2", "3")))).ServeHTTP(w, httptest.NewRequest("POST", "/x", nil))
	if line := e.line(t); !strings.Contains(line["error"].(string), "client left") || line["class"] != nil {
		t.Errorf("log: got %v, want that the client left", line)
	}
}

// TestClientLeftEarly: whatever the provider's call failed with then, it is
// neither the gateway's failure nor the provider's.
func TestClientLeftEarly(t *testing.T) {
	e := newEdge()
	ctx, leave := context.WithCancel(context.Background())
	failing := func(_ *web.Writer, r *http.Request) error {
		leave()
		return &llm.Error{Class: llm.APIConnectionError, Message: "the request was given up", Err: r.Context().Err()}
	}
	e.Handle("POST /x", failing).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/x", nil).WithContext(ctx))
	if line := e.line(t); line["status"] != 499.0 || line["class"] != nil || line["level"] != "INFO" {
		t.Errorf("log: got %v, want status 499 without a class", line)
	}
}

// deaf is a connection whose other end is gone.
type deaf struct{ *httptest.ResponseRecorder }

func (deaf) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestCost: to the pico-dollar, and only when it is known in time.
func TestCost(t *testing.T) {
	for _, c := range []struct {
		priced, stream bool
		cost           int64
		want           string
	}{
		{priced: true, cost: 0, want: "0"},
		{priced: true, cost: 1, want: "0.000000000001"},
		{priced: true, cost: 24_000_000, want: "0.000024"},
		{priced: true, cost: 1_500_000_000_001, want: "1.500000000001"},
		{priced: true, cost: 12_000_000_000_000, want: "12"},
		{priced: true, cost: -500_000_000_000, want: "-0.5"},
		{cost: 24},
		{priced: true, stream: true, cost: 24},
	} {
		w := newEdge().serve(func(w *web.Writer, r *http.Request) error {
			rec := web.Record(r.Context())
			rec.Deployment, rec.Priced, rec.Cost, rec.Stream = "d", c.priced, c.cost, c.stream
			return w.Value(1)
		})
		if got := w.Header().Get("X-Litellm-Response-Cost"); got != c.want {
			t.Errorf("%+v: got %q, want %q", c, got, c.want)
		}
	}
}
