package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
)

// Writer writes one response. Its lock is what lets a keep-alive and the
// handler share the connection.
type Writer struct {
	http http.ResponseWriter
	edge *Edge
	rec  *llm.Record

	format llm.Format // whose words errors and ends are said in; 0 is OpenAI's

	mu     sync.Mutex
	timer  *time.Timer // looks whether a keep-alive is due; nil until KeepAlive
	wait   time.Duration
	last   time.Time // when something was written
	stream bool
	early  bool // a keep-alive begins the response
	status int  // 0 until the header is written
	closed bool // nothing is written any more
	sent   int  // events of a stream
	broken bool // the response ended before it was whole
	buf    []byte
}

// Header is the response's header, until something is written.
func (w *Writer) Header() http.Header { return w.http.Header() }

// Speak says whose words the client understands. It comes before anything else.
func (w *Writer) Speak(f llm.Format) { w.format = f }

func (w *Writer) says() words { return wordsOf(w.format) }

// KeepAlive starts breaking silence: in a stream by a comment, else by white
// space before the JSON. Once that happened the status is 200, and an error
// can only be told in the body.
func (w *Writer) KeepAlive(stream bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stream, w.wait, w.last = stream, streamPing, time.Now()
	if !stream {
		w.wait = plainWait
	}
	w.timer = time.AfterFunc(w.wait, w.ping)
}

func (w *Writer) ping() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	if silent := time.Since(w.last); silent < w.wait {
		w.timer.Reset(w.wait - silent)
		return
	}
	w.early = w.status == 0
	if w.stream {
		w.begin(http.StatusOK, eventStream)
		_ = sse.Comment(w.http, "keep-alive") // a broken connection shows at the next event
	} else {
		w.begin(http.StatusOK, "application/json")
		_, _ = w.http.Write([]byte(" "))
	}
	w.flush()
	w.wait, w.last = streamPing, time.Now()
	w.timer.Reset(w.wait)
}

const eventStream = "text/event-stream; charset=utf-8"

// begin writes the header once. The lock is held.
func (w *Writer) begin(status int, contentType string) {
	if w.status != 0 {
		return
	}
	w.status = status
	h := w.http.Header()
	h["Content-Type"] = []string{contentType}
	if contentType == eventStream {
		h["Cache-Control"] = []string{"no-cache"}
		h["X-Accel-Buffering"] = []string{"no"}
	}
	w.describe(h)
	w.http.WriteHeader(status)
}

// JSON answers with a whole body.
func (w *Writer) JSON(status int, body []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.json(status, body)
}

// json writes a whole body. The lock is held.
func (w *Writer) json(status int, body []byte) error {
	if w.status == 0 {
		w.http.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.begin(status, "application/json")
	w.closed = true
	_, err := w.http.Write(body)
	return err
}

// Value answers 200 with v as JSON.
func (w *Writer) Value(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.JSON(http.StatusOK, b)
}

// fail answers with an error, in the body when the response has begun.
func (w *Writer) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := known(err)
	if w.rec.Class == 0 {
		w.rec.Class, w.rec.Cause = e.Class, e
	}
	switch says := w.says(); {
	case w.closed:
		w.broken = true // the answer was written before it failed
	case w.stream && w.status != 0:
		body := says.failure(e)
		if says.event != nil {
			body = says.event(e, w.sent)
		}
		_ = sse.Write(w.http, says.name, body) // a client that left needs no error
		w.flush()
	default:
		if e.RetryAfter > 0 {
			w.http.Header().Set("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
		}
		_ = w.json(e.Class.Status(), says.failure(e))
	}
}

// end stops the keep-alive; nothing is written afterwards.
func (w *Writer) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.timer != nil {
		w.timer.Stop()
	}
}

func (w *Writer) flush() {
	if f, ok := w.http.(http.Flusher); ok {
		f.Flush()
	}
}
