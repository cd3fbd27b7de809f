package lambdahttp

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
)

// bufferSize is how many bytes a handler may write before they leave without a
// Flush, as in net/http's server.
const bufferSize = 4 << 10

// writer is the http.ResponseWriter of both modes. It keeps net/http's rules:
// the header is fixed by the first WriteHeader, Write or Flush, a missing
// Content-Type is guessed from the first bytes, and HEAD, 204 and 304 have no
// body. Like net/http's it is for one goroutine at a time.
type writer struct {
	header  http.Header
	body    *bufio.Writer
	release func(status int, header http.Header) // called once
	head    bool                                 // the request was HEAD
	status  int                                  // 0 until released
}

func newWriter(body io.Writer, r *http.Request, release func(int, http.Header)) *writer {
	return &writer{
		header:  http.Header{},
		body:    bufio.NewWriterSize(body, bufferSize),
		release: release,
		head:    r.Method == http.MethodHead,
	}
}

func (w *writer) Header() http.Header { return w.header }

func (w *writer) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid status code %d", status))
	}
	// Informational replies cannot pass API Gateway.
	if w.status != 0 || status < 200 {
		return
	}
	w.status = status
	w.release(status, w.header.Clone())
}

func (w *writer) Write(p []byte) (int, error) {
	if w.status == 0 {
		if len(p) > 0 && w.header.Get("Content-Type") == "" && w.header.Get("Content-Encoding") == "" {
			w.header.Set("Content-Type", http.DetectContentType(p))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	if w.head {
		return len(p), nil
	}
	return w.body.Write(p)
}

// FlushError sends what is buffered; http.ResponseController finds it.
func (w *writer) FlushError() error {
	w.WriteHeader(http.StatusOK) // does nothing if the handler chose one before
	return w.body.Flush()
}

// Flush implements http.Flusher. A failed write shows at the next one.
func (w *writer) Flush() { _ = w.FlushError() }
