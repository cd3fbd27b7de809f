package storetest

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestLinearizable holds that histories tell a store that checks and writes in
// one step from those that do not quite.
func TestLinearizable(t *testing.T) {
	for name, wrong := range map[string]func(store.Store) store.Store{
		"checks, then writes":        func(s store.Store) store.Store { return loose{s} },
		"says what it did not write": func(s store.Store) store.Store { return &forgetful{Store: s} },
		"reads what was":             func(s store.Store) store.Store { return &stale{Store: s} },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(histories) {
				s := wrong(memory.New(time.Now))
				if err := Linearizable(t.Context(), s, store.Key{PK: "p", SK: "#"}, seed); err != nil {
					if !strings.Contains(err.Error(), "no order") {
						t.Errorf("got error %v, want that no order explains it", err)
					}
					return
				}
			}
			t.Errorf("got %d histories that pass, want one that does not", histories)
		})
	}
}

// loose checks in one step and writes in the next.
type loose struct{ store.Store }

func (l loose) Write(ctx context.Context, w store.Write) (store.Item, error) {
	item, err := l.Get(ctx, w.Key, true)
	if err != nil {
		item = nil
	}
	if !store.Holds(w.If, item) {
		return nil, &store.Refused{Item: item}
	}
	runtime.Gosched()
	w.If = nil
	return l.Store.Write(ctx, w)
}

// forgetful does not write every tenth time.
type forgetful struct {
	store.Store
	calls atomic.Int64
}

func (f *forgetful) Write(ctx context.Context, w store.Write) (store.Item, error) {
	if f.calls.Add(1)%10 != 0 {
		return f.Store.Write(ctx, w)
	}
	item, err := f.Get(ctx, w.Key, true)
	if err != nil {
		item = nil
	}
	if !store.Holds(w.If, item) {
		return nil, &store.Refused{Item: item}
	}
	return store.Apply(w, item)
}

// stale shows every second reader what there was when the one before read.
type stale struct {
	store.Store
	calls atomic.Int64
	last  atomic.Pointer[store.Item]
}

func (s *stale) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	if was := s.last.Load(); was != nil && s.calls.Add(1)%2 == 0 {
		return *was, nil
	}
	item, err := s.Store.Get(ctx, key, consistent)
	if err == nil {
		s.last.Store(&item)
	}
	return item, err
}
