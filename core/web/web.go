// Package web is where HTTP begins and ends: a handler here returns an error,
// and one place gives requests their id, bodies their cap, errors their one
// shape, panics their 500 and the log its one line. Silence on a connection is
// broken by keep-alives here too, because two writers must share one lock.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/record"
)

// Handler answers a request or returns an error, which may be any error; an
// *llm.Error is shown to the caller.
type Handler func(w *Writer, r *http.Request) error

// Edge makes http.Handlers of Handlers.
type Edge struct {
	Log     *slog.Logger
	Now     func() time.Time
	NewID   func() string // nobody else's
	MaxBody int64         // bytes; a larger request is refused with 413
	Version string
}

const (
	// streamPing is the silence after which a stream gets a comment; proxies
	// and clients give up after 30 to 300 s.
	streamPing = 15 * time.Second
	// plainWait is the silence after which a plain reply is begun with white
	// space: API Gateway gives up after 300 s.
	plainWait = 240 * time.Second
)

// clientLeft is what the log calls a request whose client went away before its
// end (nginx's word). Nobody receives it.
const clientLeft = 499

// Handle wraps h. route is the pattern it answers to, for the log; "" is not
// logged at all.
func (e *Edge) Handle(route string, h Handler) http.Handler {
	return http.HandlerFunc(func(hw http.ResponseWriter, r *http.Request) {
		rec := &llm.Record{RequestID: callersID(r), Route: route, Start: e.Now()}
		if rec.RequestID == "" {
			rec.RequestID = e.NewID()
			rec.SpendID = rec.RequestID
		}
		w := &Writer{http: hw, edge: e, rec: rec}
		defer func() {
			// The line is written before the connection ends: on Lambda
			// nothing runs afterwards.
			if p := recover(); p != nil {
				rec.Cause = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
				w.fail(&llm.Error{Class: llm.InternalServerError, Message: "the gateway failed", Err: rec.Cause})
			}
			w.end()
			rec.Status = w.status
			if rec.Cause != nil && context.Cause(r.Context()) == context.Canceled {
				rec.Status, rec.Class = clientLeft, 0
			}
			if route != "" {
				record.Log(r.Context(), e.Log, rec, e.Now())
			}
			if w.broken {
				panic(http.ErrAbortHandler) // the client must see that it ended too early
			}
		}()
		r = r.WithContext(context.WithValue(r.Context(), recordKey{}, rec))
		if e.MaxBody > 0 {
			r.Body = http.MaxBytesReader(hw, r.Body, e.MaxBody)
		}
		if err := h(w, r); err != nil {
			w.fail(err)
		}
	})
}

type recordKey struct{}

// Record returns the record of a request that Handle received.
func Record(ctx context.Context) *llm.Record {
	rec, ok := ctx.Value(recordKey{}).(*llm.Record)
	if !ok {
		return &llm.Record{}
	}
	return rec
}

// callersID is a caller's own request id if it is one, so that both sides' logs
// can be joined. It may be another's, too.
func callersID(r *http.Request) string {
	for _, name := range []string{"X-Litellm-Call-Id", "X-Request-Id", "X-Amzn-Requestid"} {
		if v := r.Header.Get(name); v != "" && len(v) <= 128 && strings.Trim(v, idChars) == "" {
			return v
		}
	}
	return ""
}

const idChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// NotFound answers what no route matches; other methods of a path that exists
// get 405.
func (e *Edge) NotFound(allowed func(r *http.Request) []string) http.Handler {
	return e.Handle("unknown", func(w *Writer, r *http.Request) error {
		if methods := allowed(r); len(methods) > 0 {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			return &llm.Error{Class: llm.MethodNotAllowedError, Message: r.Method + " is not allowed here; use " + strings.Join(methods, " or ")}
		}
		return &llm.Error{Class: llm.NotFoundError, Message: "there is no " + r.Method + " " + r.URL.Path}
	})
}

// known turns any error into one a caller may see.
func known(err error) *llm.Error {
	var e *llm.Error
	if errors.As(err, &e) {
		return e
	}
	return &llm.Error{Class: llm.InternalServerError, Message: "the gateway failed", Err: err}
}
