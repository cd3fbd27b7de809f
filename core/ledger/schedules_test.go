package ledger

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestSchedules explores how three requests, somebody who recovers and somebody
// who changes a limit can get into each other's way: every schedule is another
// seed, with up to two kills, calls to the store that fail, and writes that
// arrive late. LEDGER_SCHEDULES says how many, LEDGER_SEED plays one and tells
// all of it.
func TestSchedules(t *testing.T) {
	if seed, err := strconv.ParseUint(os.Getenv("LEDGER_SEED"), 10, 64); err == nil {
		var ts threads
		defer ts.stop()
		for _, wrong := range explore(seed, &ts, t.Logf).wrong {
			t.Error(wrong)
		}
		return
	}
	schedules := uint64(100_000)
	if raced {
		schedules = 10_000 // nothing in a schedule runs at once
	}
	if n, err := strconv.ParseUint(os.Getenv("LEDGER_SCHEDULES"), 10, 64); err == nil {
		schedules = n
	}
	start := time.Now()
	var next, steps, died, calls atomic.Uint64
	var failed atomic.Bool
	var mu sync.Mutex
	distinct := map[uint64]bool{}
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			var ts threads
			defer ts.stop()
			for !failed.Load() {
				seed := next.Add(1)
				if seed > schedules {
					return
				}
				w := explore(seed, &ts, func(string, ...any) {})
				steps.Add(uint64(w.steps))
				died.Add(uint64(w.died))
				calls.Add(uint64(len(w.calls)))
				mu.Lock()
				distinct[w.trace] = true
				mu.Unlock()
				if len(w.wrong) > 0 && !failed.Swap(true) {
					t.Errorf("after %d schedules, LEDGER_SEED=%d: %s", next.Load(), seed, w.wrong[0])
				}
			}
		})
	}
	all.Wait()
	if failed.Load() {
		return
	}
	t.Logf("seeds 1 to %d: %d distinct schedules, %d steps, %d kills, %d calls of the provider, %s",
		schedules, len(distinct), steps.Load(), died.Load(), calls.Load(), time.Since(start).Round(time.Millisecond))
	if uint64(len(distinct)) < schedules*9/10 {
		t.Errorf("got %d distinct schedules of %d, want 9 in 10", len(distinct), schedules)
	}
}

// TestSeeds: a seed plays the same schedule every time, or it would be of no use
// to who looks for the reason of a failure.
func TestSeeds(t *testing.T) {
	var ts threads
	defer ts.stop()
	silent := func(string, ...any) {}
	for seed := range uint64(500) {
		if first, again := explore(seed, &ts, silent), explore(seed, &ts, silent); first.trace != again.trace || first.steps != again.steps {
			t.Fatalf("seed %d: got another schedule the second time", seed)
		}
	}
}
