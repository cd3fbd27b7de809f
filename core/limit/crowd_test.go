package limit_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// crowd lets 64 workers of each of 8 processes ask rounds times each, all at
// once, and returns how many were let through.
func crowd(t *testing.T, process func() *limit.Limiter, rounds int, ask func(worker int) limit.Request, then func(*limit.Lease)) int64 {
	t.Helper()
	const processes, workers = 8, 64
	var through atomic.Int64
	var wait sync.WaitGroup
	for p := range processes {
		l := process()
		for n := range workers {
			wait.Go(func() {
				for range rounds {
					if lease, err := l.Take(t.Context(), ask(p*workers+n)); err == nil {
						through.Add(1)
						then(lease)
					} else if got(err) == err.Error() && !errors.Is(err, llm.ServiceUnavailableError) {
						t.Error(err)
					}
				}
			})
		}
	}
	wait.Wait()
	return through.Load()
}

func keep(*limit.Lease) {}

// TestCrowd: in each minute exactly the limit, however many ask at once.
func TestCrowd(t *testing.T) {
	w := newWorld()
	for minute := range 10 {
		for _, c := range []struct {
			limits string
			want   int64
		}{{"team:r rpm=500", 500}, {"team:t tpm=5000", 500}, {"team:b rpm=300 tpm=5000", 300}} {
			r := limit.Request{Scopes: scopes(t, c.limits), Prompt: 10}
			if got := crowd(t, w.process, 2, func(int) limit.Request { return r }, keep); got != c.want {
				t.Errorf("minute %d: %s: got %d requests through, want %d", minute, c.limits, got, c.want)
			}
		}
		w.pass(time.Minute)
	}
}

// TestCrowdWithFaults: never above the limits on a store that fails 8 of 100
// writes, whose fate can be unknown; what is lost to that is little.
func TestCrowdWithFaults(t *testing.T) {
	w := newWorld()
	failing := faults.New(w.Store)
	failing.Fault = faults.Seeded(5, faults.Rates{Throttled: 0.03, LostBefore: 0.02, LostAfter: 0.02, Late: 0.01})
	process := func() *limit.Limiter {
		l := w.process()
		l.Store = failing
		return l
	}
	r := limit.Request{Scopes: scopes(t, "api_key:k tpm=6000; team:t rpm=500 tpm=6000 par=1000"), Prompt: 8, MaxTokens: 2}
	for minute := range 5 {
		used := llm.Usage{Known: true, In: 8}
		through := crowd(t, process, 2, func(int) limit.Request { return r }, func(lease *limit.Lease) {
			_ = lease.Settle(t.Context(), used) // which may fail, too
		})
		if through > 500 || through < 450 {
			t.Errorf("minute %d: got %d requests through, want 450 to 500", minute, through)
		}
		failing.Land(t.Context())
		w.pass(time.Minute)
	}
	for _, kind := range []faults.Kind{faults.Throttled, faults.LostBefore, faults.LostAfter, faults.Late} {
		if failing.Hits(kind) == 0 {
			t.Errorf("got no write that was %s", kind)
		}
	}
}

// TestCrowdOfScopes: requests that another scope refuses take nothing of a
// team's limit, which stays usable: never above it, and 99 % of it used.
func TestCrowdOfScopes(t *testing.T) {
	w := newWorld()
	requests := make([]limit.Request, 16)
	for i := range requests { // half of the keys have no right to anything
		key := fmt.Sprintf("api_key:k%d rpm=%d", i, 1+99*(i%2))
		requests[i].Scopes = scopes(t, key+"; team:t rpm=500")
	}
	for minute := range 3 {
		through := int64(0)
		for range 20 { // they come back after a second: a refusal is remembered so long
			through += crowd(t, w.process, 2, func(n int) limit.Request { return requests[n%len(requests)] }, keep)
			w.pass(time.Second)
		}
		if through > 500 || through < 495 {
			t.Errorf("minute %d: got %d requests through, want 495 to 500", minute, through)
		}
		w.pass(40 * time.Second)
	}
}

// TestCrowdAtATime: never more at a time than the limit, and none held at last.
func TestCrowdAtATime(t *testing.T) {
	w := newWorld()
	r := limit.Request{Scopes: scopes(t, "team:t par=20")}
	var now, most atomic.Int64
	crowd(t, w.process, 4, func(int) limit.Request { return r }, func(lease *limit.Lease) {
		n := now.Add(1)
		for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
		}
		now.Add(-1)
		if err := lease.Settle(t.Context(), llm.Usage{}); err != nil {
			t.Error(err)
		}
	})
	if most.Load() > 20 {
		t.Errorf("got %d requests at a time, want at most 20", most.Load())
	}
	for range 20 {
		take(t, w.process(), r, "ok")
	}
	take(t, w.process(), r, "team max_parallel_requests")
}
