package upstream

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// remembered is how many exchanges the journal keeps: a benchmark sends
// thousands, a test looks at the last few.
const remembered = 512

// Exchange is one request as the upstream saw it, and what became of it.
// Times are zero until they happen.
type Exchange struct {
	ID     int         `json:"id"` // counts from 1 since the last reset
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Query  string      `json:"query"`
	Header http.Header `json:"header,omitempty"`
	Body   []byte      `json:"body,omitempty"` // exact bytes; base64 in JSON
	Model  string      `json:"model"`
	Stream bool        `json:"stream"`
	Status int         `json:"status"` // 0 until the header is written
	Events int         `json:"events"` // stream events written
	Began  time.Time   `json:"began"`
	Left   time.Time   `json:"left,omitzero"`  // the client went away before the reply was done
	Ended  time.Time   `json:"ended,omitzero"` // the upstream is done with it
}

// journal holds the exchanges. Whoever waits for a change waits on changed,
// which is closed and replaced at each.
type journal struct {
	mu      sync.Mutex
	last    int
	all     []*Exchange
	seen    map[string]int // requests per model since the last reset
	changed chan struct{}
}

func (j *journal) begin(r *http.Request, body []byte, now time.Time) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	j.all = append(j.all, &Exchange{
		ID: j.last, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Header: r.Header.Clone(), Body: body, Began: now,
	})
	if len(j.all) > remembered {
		j.all = slices.Delete(j.all, 0, len(j.all)-remembered)
	}
	j.tell()
	return j.last
}

// update changes the exchange with that id, unless it was forgotten.
func (j *journal) update(id int, change func(*Exchange)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range slices.Backward(j.all) {
		if e.ID == id {
			change(e)
			break
		}
	}
	j.tell()
}

func (j *journal) end(id int, now time.Time) {
	j.update(id, func(e *Exchange) { e.Ended = now })
}

// count says how many requests for model came before this one.
func (j *journal) count(model string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.seen == nil {
		j.seen = map[string]int{}
	}
	j.seen[model]++
	return j.seen[model] - 1
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all, j.seen = nil, nil
	j.tell()
}

func (j *journal) tell() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

func (j *journal) snapshot() ([]Exchange, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	out := make([]Exchange, len(j.all))
	for i, e := range j.all {
		out[i] = *e
	}
	return out, j.changed
}

// Exchanges returns what came since the last reset, oldest first, the latest
// 512 at most.
func (s *Server) Exchanges() []Exchange {
	all, _ := s.journal.snapshot()
	return all
}

// Await waits for an exchange that ok accepts and returns the newest such one;
// the error is ctx's.
func (s *Server) Await(ctx context.Context, ok func(Exchange) bool) (Exchange, error) {
	for {
		all, changed := s.journal.snapshot()
		for _, e := range slices.Backward(all) {
			if ok(e) {
				return e, nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Exchange{}, ctx.Err()
		}
	}
}

// Reset forgets the exchanges, the counts behind the "-once" scenarios, and
// every released token.
func (s *Server) Reset() {
	s.journal.reset()
	s.gates.reset()
}
