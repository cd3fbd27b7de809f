package callback_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/callback"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// shaky is a store whose writes fail as often as it is told, before or after they
// were done.
type shaky struct {
	store.Store
	fails  atomic.Int64
	after  bool
	writes atomic.Int64
}

func (s *shaky) Write(ctx context.Context, w store.Write) (store.Item, error) {
	s.writes.Add(1)
	fail := s.fails.Add(-1) >= 0
	if fail && !s.after {
		return nil, errors.New("lost before")
	}
	item, err := s.Store.Write(ctx, w)
	if fail && err == nil {
		return nil, errors.New("lost after")
	}
	return item, err
}

func newClaims(fails int64, after bool) (claims *callback.Claims, s *shaky, clock *time.Time) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	clock = &now
	s = &shaky{Store: memory.New(func() time.Time { return *clock }), after: after}
	s.fails.Store(fails)
	return &callback.Claims{Store: s, Now: func() time.Time { return *clock }}, s, clock
}

// TestClaims: of all who ask at all processes one is the first, for each higher
// rank again, and who has asked once writes no more.
func TestClaims(t *testing.T) {
	claims, s, clock := newClaims(0, false)
	other := &callback.Claims{Store: s, Now: func() time.Time { return *clock }}
	until := clock.Add(time.Hour)
	for rank := int64(1); rank <= 3; rank++ {
		var first atomic.Int64
		var all sync.WaitGroup
		for i := range 32 {
			all.Go(func() {
				c := []*callback.Claims{claims, other}[i%2]
				if c.First(t.Context(), "a", rank, until) {
					first.Add(1)
				}
			})
		}
		all.Wait()
		if first.Load() != 1 {
			t.Errorf("rank %d: got %d who are first, want 1", rank, first.Load())
		}
	}
	if n := s.writes.Load(); n != 6 {
		t.Errorf("got %d writes, want one for each rank at each process", n)
	}
	if claims.First(t.Context(), "a", 2, until) || !claims.First(t.Context(), "b", 1, until) {
		t.Error("a lower rank is claimed, or another name is not")
	}
	*clock = clock.Add(48 * time.Hour)
	if !other.First(t.Context(), "a", 1, clock.Add(time.Hour)) {
		t.Error("what meant something until yesterday is still claimed")
	}
}

// TestClaimsFail: a store that forgets to say what it did is asked again; when it
// says nothing at all nobody tells, and it is left alone for a while.
func TestClaimsFail(t *testing.T) {
	for _, c := range []struct {
		name   string
		fails  int64
		after  bool
		first  bool
		writes int64
	}{
		{"lost before", 1, false, true, 2},
		{"lost after", 1, true, true, 2},
		{"down", 3, false, false, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			claims, s, clock := newClaims(c.fails, c.after)
			for range 3 {
				got := claims.First(t.Context(), "a", 1, time.Time{})
				if got != c.first {
					t.Errorf("got %t, want %t", got, c.first)
				}
				c.first = false // once
			}
			if n := s.writes.Load(); n != c.writes {
				t.Errorf("got %d writes, want %d", n, c.writes)
			}
			*clock = clock.Add(time.Minute)
			if got := claims.First(t.Context(), "a", 1, time.Time{}); got != (c.name == "down") {
				t.Errorf("a minute later: got %t", got)
			}
		})
	}
}
