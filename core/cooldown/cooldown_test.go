package cooldown_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/cooldown"
	"github.com/tollgate-llm/tollgate/core/router"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var _ router.Rests = (*cooldown.Shared)(nil)

// world is a store and a clock that only tests move.
type world struct {
	*memory.Store
	at      time.Time
	mu      sync.Mutex
	asked   []string // "query" or "write" and a partition
	down    error
	trouble []error
	draws   int
}

func newWorld() *world {
	w := &world{at: time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)}
	w.Store = memory.New(w.now)
	return w
}

func (w *world) now() time.Time { return w.at }

func (w *world) note(format string, args ...any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, fmt.Sprintf(format, args...))
	return w.down
}

func (w *world) Write(ctx context.Context, write store.Write) (store.Item, error) {
	if err := w.note("write %s", write.Key.PK); err != nil {
		return nil, err
	}
	return w.Store.Write(ctx, write)
}

func (w *world) Query(ctx context.Context, q store.Query) (store.Page, error) {
	if err := w.note("query %s", q.PK); err != nil {
		return store.Page{}, err
	}
	return w.Store.Query(ctx, q)
}

// process is one of those that share; each looks at another copy next.
func (w *world) process() *cooldown.Shared {
	return &cooldown.Shared{
		Store: w, Now: w.now,
		Random:  func() float64 { w.draws++; return float64(w.draws%16) / 16 },
		Trouble: func(err error) { w.trouble = append(w.trouble, err) },
	}
}

// TestShared plays scripts with three failures allowed and 5 seconds of rest:
// "a fails" counts a failure in process a, "a fails 20s" one of a deployment that
// asked for that; "a rests" and "a calls" say what process a thinks of it.
func TestShared(t *testing.T) {
	for _, c := range []struct{ name, script string }{
		{"as many failures as are allowed", "a fails, b fails, c fails, pass 2s, a calls, b calls"},
		{"one more, wherever", "a fails, b fails, c fails, d fails, d rests, pass 2s, a rests, b rests, e rests"},
		{"who failed knows at once", "a calls, a fails 20s, a rests"},
		{"others within two seconds", "b calls, pass 1ms, a fails 20s, pass 1999ms, b rests"},
		{"in fact after one", "b calls, a fails 20s, pass 999ms, b calls, pass 1ms, b rests"},
		{"until it has rested", "a fails, a fails, a fails, a fails, pass 4999ms, b rests, pass 1ms, b calls, a calls"},
		{"a deployment that says how long", "a fails 20s, pass 19999ms, b rests, pass 1ms, b calls"},
		{"the longer rest counts", "a fails 20s, pass 2s, b fails 1s, pass 17s, a rests, b rests, c rests"},
		{"also when it comes later", "a fails 5s, b fails 20s, pass 6s, a rests, b rests, c rests"},
		{"a minute later failures are forgotten", "a fails, b fails, c fails, pass 60s, d fails, pass 2s, a calls, d calls"},
		{"the count starts again after a rest", "a fails, a fails, a fails, a fails, pass 5s, a fails, a fails, a fails, a calls, a fails, a rests"},
		{"failures while it rests do not count", "a fails 5s, a fails, a fails, a fails, a fails, pass 5s, a calls, a fails, a calls"},
		{"each for itself", "a fails 20s other, a calls, pass 2s, b calls, b fails 20s, b rests"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			processes := map[string]*cooldown.Shared{}
			for step := range strings.SplitSeq(c.script, ", ") {
				words := append(strings.Fields(step), "0s", "m")
				if words[0] == "pass" {
					w.at = w.at.Add(duration(t, words[1]))
					continue
				}
				p := processes[words[0]]
				if p == nil {
					p = w.process()
					processes[words[0]] = p
				}
				if words[1] == "fails" {
					id := words[3]
					if id == "0s" { // a length was given and no name
						id = "m"
					}
					p.Failed(t.Context(), id, 3, 5*time.Second, duration(t, words[2]))
					continue
				}
				if rests := p.Until(t.Context(), "m").After(w.at); rests != (words[1] == "rests") {
					t.Errorf("%s: got rest %v", step, rests)
				}
			}
			if len(w.trouble) > 0 {
				t.Errorf("got trouble %v", w.trouble)
			}
		})
	}
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCosts: looking is one query a second, of another copy each time, and
// writes nothing; a failure is a write, and a rest one of each copy and one that
// begins the count again.
func TestCosts(t *testing.T) {
	w := newWorld()
	p := w.process()
	copies := map[string]bool{}
	for range 16 {
		for range 100 {
			p.Until(t.Context(), "m")
		}
		if len(w.asked) != 1 || !strings.HasPrefix(w.asked[0], "query CD#") {
			t.Fatalf("got %v of 100 calls, want one query", w.asked)
		}
		copies[w.asked[0]] = true
		w.asked, w.at = nil, w.at.Add(time.Second)
	}
	if len(copies) != 16 {
		t.Errorf("got %d copies read, want 16", len(copies))
	}
	for n, want := range []int{1, 1, 1, 1 + 1 + 16, 0} {
		p.Failed(t.Context(), "m", 3, 5*time.Second, 0)
		if len(w.asked) != want {
			t.Errorf("failure %d: got %v, want %d writes", n+1, w.asked, want)
		}
		w.asked = nil
	}
}

// TestStoreDown: what failed here rests here, what was known stays known, and
// the store is not asked more often.
func TestStoreDown(t *testing.T) {
	w := newWorld()
	a, b := w.process(), w.process()
	a.Failed(t.Context(), "m", 3, 5*time.Second, 20*time.Second)
	b.Until(t.Context(), "m")
	w.down, w.asked = errors.New("connection refused"), nil
	b.Failed(t.Context(), "n", 3, 5*time.Second, 20*time.Second)
	w.at, w.asked = w.at.Add(10*time.Second), nil
	for range 100 {
		for _, id := range []string{"m", "n"} {
			if !b.Until(t.Context(), id).After(w.at) {
				t.Fatalf("%s: got no rest while the store is down, want what was known", id)
			}
		}
	}
	if len(w.asked) != 1 || len(w.trouble) != 2 || !errors.Is(w.trouble[0], w.down) || !errors.Is(w.trouble[1], w.down) {
		t.Errorf("got %v asked and %v told, want one query and two errors", w.asked, w.trouble)
	}
}

// slow is a store whose queries take 300 ms, or for ever.
type slow struct {
	store.Store
	mu      sync.Mutex
	queries int
	forever bool
}

func (s *slow) Query(ctx context.Context, q store.Query) (store.Page, error) {
	s.mu.Lock()
	s.queries++
	s.mu.Unlock()
	if s.forever {
		<-ctx.Done()
		return store.Page{}, ctx.Err()
	}
	time.Sleep(300 * time.Millisecond)
	return s.Store.Query(ctx, q)
}

// TestCrowd: one looks for all. Those whose knowledge is young enough go on, the
// others wait, and nobody for long.
func TestCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{Store: memory.New(time.Now)}
		p := &cooldown.Shared{Store: s, Now: time.Now, Random: func() float64 { return 0.999 }}
		other := &cooldown.Shared{Store: s.Store, Now: time.Now, Random: func() float64 { return 0 }}
		other.Failed(t.Context(), "m", 0, time.Hour, 0)
		crowd := func(longest time.Duration, queries int, waiting int) {
			t.Helper()
			began, before := time.Now(), s.queries
			var wait sync.WaitGroup
			var mu sync.Mutex
			waited := 0
			for range 64 {
				wait.Go(func() {
					if !p.Until(t.Context(), "m").After(time.Now()) {
						t.Error("got no rest, want one")
					}
					if time.Since(began) > 0 {
						mu.Lock()
						waited++
						mu.Unlock()
					}
				})
			}
			wait.Wait()
			if took := time.Since(began); took > longest || s.queries-before != queries || waited != waiting {
				t.Errorf("got %d queries, %d waiting for %s, want %d, %d for at most %s", s.queries-before, waited, took, queries, waiting, longest)
			}
		}
		crowd(300*time.Millisecond, 1, 64) // nothing is known yet
		crowd(0, 0, 0)
		time.Sleep(time.Second)
		crowd(300*time.Millisecond, 1, 1) // one reads, 63 use what is known
		time.Sleep(10 * time.Second)
		crowd(300*time.Millisecond, 1, 64)
		s.forever = true
		time.Sleep(10 * time.Second)
		crowd(500*time.Millisecond, 1, 64)
	})
}

// TestCallerLeaves: who reads for others goes on when its caller left, and who
// waits for it does not have to.
func TestCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{Store: memory.New(time.Now)}
		p := &cooldown.Shared{Store: s, Now: time.Now, Random: func() float64 { return 0 }}
		gone, leave := context.WithCancel(t.Context())
		leave()
		p.Failed(gone, "m", 0, time.Hour, 0)
		var wait sync.WaitGroup
		wait.Go(func() { p.Until(gone, "m") })
		synctest.Wait()
		began := time.Now()
		p.Until(gone, "m")
		if took := time.Since(began); took > 0 {
			t.Errorf("got %s waited by a caller who left, want none", took)
		}
		wait.Wait()
		other := &cooldown.Shared{Store: s.Store, Now: time.Now, Random: func() float64 { return 0 }}
		if !other.Until(t.Context(), "m").After(time.Now()) {
			t.Error("got no rest of what a caller who left saw fail, want one")
		}
	})
}
