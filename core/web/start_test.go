package web_test

import (
	"bytes"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// edge is an Edge whose log can be read.
type edge struct {
	web.Edge
	log *lines
}

// lines is a log that is written and read at once.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newEdge() *edge {
	l := &lines{}
	return &edge{web.Edge{
		Log: slog.New(slog.NewJSONHandler(l, nil)), Now: time.Now, MaxBody: 1000, Version: "1.2.3",
		NewID: func() string { return strings.Repeat("0123456789abcdef", 2) },
	}, l}
}

// serve answers one request and returns the response as it was written.
func (e *edge) serve(h web.Handler, headers ...string) *httptest.ResponseRecorder {
	return e.answer("POST /x", httptest.NewRequest("POST", "/x", strings.NewReader("{}")), h, headers...)
}

func (e *edge) answer(route string, r *http.Request, h web.Handler, headers ...string) *httptest.ResponseRecorder {
	for _, line := range headers {
		name, v, _ := strings.Cut(line, ": ")
		r.Header.Set(name, v)
	}
	w := httptest.NewRecorder()
	e.Handle(route, h).ServeHTTP(w, r)
	return w
}

// failing is a handler that returns an error.
func failing(err error) web.Handler {
	return func(*web.Writer, *http.Request) error { return err }
}

// replying is a handler that writes a reply as the chat handler does.
func replying(stream bool, reply func() (*llm.Reply, error)) web.Handler {
	return func(w *web.Writer, _ *http.Request) error {
		w.KeepAlive(stream)
		r, err := reply()
		if err != nil {
			return err
		}
		defer r.Close()
		return w.Reply(r)
	}
}

// stream is a reply of events; an error ends it.
func stream(events iter.Seq2[llm.Event, error]) func() (*llm.Reply, error) {
	return func() (*llm.Reply, error) { return &llm.Reply{Events: events}, nil }
}

// said yields events of these texts, the last one with Last.
func said(texts ...string) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for i, s := range texts {
			if !yield(llm.Event{Data: []byte(s), Last: i == len(texts)-1}, nil) {
				return
			}
		}
	}
}

// line is the one line of the log.
func (e *edge) line(t *testing.T) map[string]any {
	t.Helper()
	text := e.log.String()
	if n := strings.Count(text, "\n"); n != 1 {
		t.Fatalf("got %d log lines, want 1: %s", n, text)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}
