package calls

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"

	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

const (
	maxAtOnce  = 100 // requests of one batch that is answered at once
	batchAtA   = 10  // of them at a time, unless the caller says otherwise
	maxBatchAt = 100
)

// line is a request's place in the answer of a batch: a response or an error.
type line struct {
	Index    int             `json:"index"`
	Response json.RawMessage `json:"response,omitempty"`
	Error    json.RawMessage `json:"error,omitempty"`

	panic error // for the log
}

// batch answers many chats in one request: {"requests": [...],
// "max_concurrent_requests": 10}. Members beside those hold for every request
// that does not set them. A request that fails is an error in its place and
// stops no other.
func (h *Handler) batch(w *web.Writer, r *http.Request, caller *llm.Caller, shared raw.Object, list []raw.Object, at int) error {
	w.KeepAlive(false)
	lines := make([]line, len(list))
	var all sync.WaitGroup
	free := make(chan struct{}, at)
	for i, one := range list {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			lines[i] = h.line(r, caller, i, shared.Merged(one))
		})
	}
	all.Wait()
	for i := range lines {
		if lines[i].panic != nil {
			web.Record(r.Context()).Cause = lines[i].panic
		}
	}
	return w.Value(struct {
		Object string `json:"object"`
		Data   []line `json:"data"`
	}{"list", lines})
}

// batchOf reads the requests and how many of them run at a time.
func batchOf(body raw.Object) ([]raw.Object, int, error) {
	v, _ := body.Raw("requests")
	list, err := raw.Objects(v)
	switch {
	case len(v) == 0 || v[0] != '[':
		return nil, 0, bad("requests", "requests must be an array of chat requests")
	case err != nil:
		return nil, 0, bad("requests", "requests: "+err.Error())
	case len(list) == 0 || len(list) > batch.MaxLines:
		return nil, 0, bad("requests", fmt.Sprintf("a batch has 1 to %d requests", batch.MaxLines))
	}
	at := batchAtA
	if v, ok := body.Raw("max_concurrent_requests"); ok && string(v) != "null" {
		if json.Unmarshal(v, &at) != nil || at < 1 || at > maxBatchAt {
			return nil, 0, bad("max_concurrent_requests", fmt.Sprintf("max_concurrent_requests must be a number from 1 to %d", maxBatchAt))
		}
	}
	return list, at, nil
}

// line has one request served, under an id of its own. A panic is one line's,
// because nobody above could catch it.
func (h *Handler) line(r *http.Request, caller *llm.Caller, index int, body raw.Object) (out line) {
	defer func() {
		if p := recover(); p != nil {
			out = line{Index: index, Error: web.Detail(errors.New("panic"))} // of which the caller is told nothing
			out.panic = fmt.Errorf("panic in request %d: %v\n%s", index, p, debug.Stack())
		}
	}()
	whole := web.Record(r.Context())
	reply, err := h.one(r, caller, body, &llm.Record{RequestID: fmt.Sprintf("%s-%d", whole.RequestID, index), Route: whole.Route, KeyHash: whole.KeyHash, Start: whole.Start})
	if err != nil {
		return line{Index: index, Error: web.Detail(err)}
	}
	defer reply.Close()
	return line{Index: index, Response: reply.Body.Bytes()}
}

// one has one request of a batch served.
func (h *Handler) one(r *http.Request, caller *llm.Caller, body raw.Object, rec *llm.Record) (*llm.Reply, error) {
	call, err := h.call(r, chatShape(), body)
	if err != nil {
		return nil, err
	}
	if call.Stream {
		return nil, bad("stream", "a request of a batch cannot be streamed")
	}
	call.Caller, call.Record = caller, rec
	return h.Serve(r.Context(), call)
}
