package limit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

var errLost = errors.New("connection reset")

// TestStoreDown: who is limited is told to come back, or let through if that is
// the setting; who is not limited does not notice.
func TestStoreDown(t *testing.T) {
	for _, failure := range []error{errLost, store.ErrThrottled} {
		w := newWorld()
		w.fail = func(store.Write) error { return failure }
		l := w.process()
		take(t, l, limit.Request{Scopes: scopes(t, "team:t")}, "ok")
		limited := limit.Request{Scopes: scopes(t, "api_key:k par=1; team:t rpm=1")}
		if _, err := l.Take(t.Context(), limited); !errors.Is(err, llm.ServiceUnavailableError) || !errors.Is(err, failure) {
			t.Errorf("got %v, want a ServiceUnavailableError because of %v", err, failure)
		}
		l.FailOpen = true
		lease := take(t, l, limited, "ok")
		if !errors.Is(lease.Unchecked, failure) || len(lease.Left()) != 0 {
			t.Errorf("got %v and limits %v, want %v and none", lease.Unchecked, lease.Left(), failure)
		}
		w.fail = nil
		if err := lease.Settle(t.Context(), llm.Usage{Known: true, In: 5}); err != nil {
			t.Error(err)
		}
		take(t, l, limited, "ok")
		take(t, l, limited, "api_key max_parallel_requests")
	}
}

// TestFailures: nth(n) fails the nth write of a kind, before or after it was
// done. What the store can be asked again about is exact; the rest is counted
// once too often, never once too little.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name, limits string
		fail         string // which write: one that takes, or one that gives back
		err          error
		done         bool // it was, all the same
		sleeps, more int  // and how many more requests fit after that one was settled
	}{
		{"busy", "team:t rpm=3", "take", store.ErrThrottled, false, 1, 2},
		{"lost before", "team:t rpm=3", "take", errLost, false, 1, 2},
		{"lost after", "team:t rpm=3", "take", errLost, true, 1, 2},
		{"tokens lost after", "team:t tpm=300", "take", errLost, true, 1, 2},
		{"place busy", "team:t par=3", "take", store.ErrThrottled, false, 1, 3},
		{"place lost before", "team:t par=3", "take", errLost, false, 1, 3},
		{"place lost after", "team:t par=3", "take", errLost, true, 1, 3},
		{"return busy", "team:t tpm=300", "back", store.ErrThrottled, false, 1, 2},
		{"return lost before", "team:t tpm=300", "back", errLost, false, 0, 2},
		{"return lost after", "team:t tpm=300", "back", errLost, true, 0, 2},
		{"release busy", "team:t par=3", "back", store.ErrThrottled, false, 1, 3},
		{"release lost before", "team:t par=3", "back", errLost, false, 1, 3},
		{"release lost after", "team:t par=3", "back", errLost, true, 1, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			l := w.process()
			sleeps, failed := 0, false
			l.Sleep = func(_ context.Context, d time.Duration) error {
				if sleeps++; d <= 0 || d >= 100*time.Millisecond {
					t.Errorf("got a pause of %s, want less than 100ms", d)
				}
				return nil
			}
			w.fail = func(write store.Write) error {
				if failed || c.fail != kind(write) {
					return nil
				}
				failed = true
				if c.done {
					if _, err := w.Store.Write(context.Background(), write); err != nil {
						t.Error(err)
					}
				}
				return c.err
			}
			r := limit.Request{Scopes: scopes(t, c.limits), Prompt: 100}
			lease := take(t, l, r, "ok")
			err := lease.Settle(t.Context(), llm.Usage{Known: true, In: 99})
			if undone := c.fail == "back" && c.sleeps == 0; (err != nil) != undone {
				t.Errorf("got %v, want an error only if nobody knows what happened (%v)", err, undone)
			}
			if !failed || sleeps != c.sleeps {
				t.Errorf("got %d pauses (%v), want %d", sleeps, failed, c.sleeps)
			}
			for range c.more {
				take(t, w.process(), r, "ok")
			}
			if _, err := w.process().Take(t.Context(), r); err == nil {
				t.Errorf("got a request more than %d, want it refused", c.more)
			}
		})
	}
}

func kind(w store.Write) string {
	for _, n := range w.Add {
		if n < 0 {
			return "back"
		}
	}
	return "take"
}

// TestManyDead: places of processes that died by the hundred are taken over.
func TestManyDead(t *testing.T) {
	w := newWorld()
	r := limit.Request{Scopes: scopes(t, "team:t par=150"), Until: w.now().Add(time.Minute)}
	for range 150 {
		take(t, w.process(), r, "ok")
	}
	w.pass(59 * time.Second)
	take(t, w.process(), r, "team max_parallel_requests")
	w.pass(time.Second)
	r.Until = w.now().Add(time.Minute)
	for i := range 150 {
		if _, err := w.process().Take(t.Context(), r); err != nil {
			t.Fatalf("place %d: %v", i, err)
		}
	}
	take(t, w.process(), r, "team max_parallel_requests")
	item, err := w.Get(t.Context(), store.Key{PK: "PAR#team:t", SK: "#"}, true)
	held := 0
	for name := range item {
		if strings.HasPrefix(name, "h") {
			held++
		}
	}
	if err != nil || held != 150 || item.Int("n") != 150 {
		t.Errorf("got %d holders of %d places, %v, want 150", held, item.Int("n"), err)
	}
}

// silent is a store that answers after the item of a minute is long forgotten.
type silent struct{ store.Store }

func (s silent) Write(ctx context.Context, w store.Write) (store.Item, error) {
	select {
	case <-time.After(5 * time.Minute):
		return s.Store.Write(ctx, w)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// TestPatience: nothing is granted by an answer that comes too late to count.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := process(silent{memory.New(time.Now)}).Take(t.Context(), limit.Request{Scopes: scopes(t, "team:t rpm=1 par=1")})
		if took := time.Since(began); !errors.Is(err, llm.ServiceUnavailableError) || took > 15*time.Second {
			t.Errorf("got %v after %s, want a ServiceUnavailableError within seconds", err, took)
		}
	})
}
