package ledger

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// rootStore counts what is written to accounts that are no purses.
type rootStore struct {
	*memory.Store
	most   int64 // committed at any time
	writes int
	mu     sync.Mutex
}

func (s *rootStore) Write(ctx context.Context, w store.Write) (store.Item, error) {
	item, err := s.Store.Write(ctx, w)
	if w.Key.PK[0] == 'A' {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.writes++
		s.most = max(s.most, item.Int("cm"))
	}
	return item, err
}

// TestPurses: 256 purses at a time, in processes of which some stop without a
// word, write the account itself seldom, never take too much from it, and leave
// little of it unspent.
func TestPurses(t *testing.T) {
	const processes, slots, limit, dearest = 32, 8, int64(5_000_000), 1000
	var minutes atomic.Int64
	now := func() time.Time { return date("2026-11-20 10:00:00").Add(time.Duration(minutes.Load()) * time.Minute) }
	s := &rootStore{Store: memory.New(now)}
	budget := Budget{Scope: "T:1", Limit: limit}
	var requests atomic.Int64
	work := func(l *Ledger, rng *rand.Rand, most int) {
		for range most {
			estimate := 1 + rng.Int64N(dearest)
			h, err := l.Begin(t.Context(), Attempt{Request: NewID(now()), N: 1, Budgets: []Budget{budget}, Estimate: estimate, Deadline: now().Add(time.Minute)})
			if errors.As(err, new(*Exceeded)) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			requests.Add(1)
			if _, err := h.Settle(t.Context(), Outcome{Cost: rng.Int64N(estimate + 1)}); err != nil {
				t.Error(err)
				return
			}
		}
	}
	ledgers := make([]*Ledger, processes)
	for i := range ledgers {
		ledgers[i] = &Ledger{Store: s, Now: now, hotAt: -1}
	}
	for round := range 4 { // who was refused comes again, when what the stopped ones had is overdue
		var all sync.WaitGroup
		for i, l := range ledgers {
			most := 1_000_000
			if i%10 == 0 {
				most = 20 * max(0, 1-round)
			}
			for slot := range slots {
				all.Go(func() { work(l, rand.New(rand.NewPCG(uint64(round), uint64(i*slots+slot))), most) })
			}
		}
		all.Wait()
		minutes.Add(10)
	}
	for i, l := range ledgers {
		if err := l.Close(t.Context()); err != nil {
			t.Errorf("close %d: %v", i, err)
		}
	}
	got, err := ledgers[0].Spent(t.Context(), []Budget{budget})
	if err != nil || got[0].Spent < limit*995/1000 || got[0].Spent > limit || got[0].Held != 0 || s.most > limit {
		t.Errorf("got %+v, %v, and %d committed at most, want 99.5 %% of %d spent and never more", got, err, s.most, limit)
	}
	t.Logf("%d requests, %d writes of the account, %d of %d spent", requests.Load(), s.writes, got[0].Spent, limit)
	if int64(s.writes) > requests.Load() {
		t.Errorf("got %d writes of the account for %d requests, want fewer", s.writes, requests.Load())
	}
}

// TestSwitch: purses are used once many attempts are held in an account, and
// not for what costs nothing; what is spent from them is seen before they close.
func TestSwitch(t *testing.T) {
	b := newBench(t)
	large := Budget{Scope: "T:1", Limit: 1_000_000, Alerts: []int64{5}}
	purses := func() (n int) {
		for key := range b.keys {
			if key.PK[0] == 'P' {
				n++
			}
		}
		return n
	}
	var holds []*Hold
	for range hotHolds {
		holds = append(holds, b.begin([]Budget{large}, 10))
	}
	if n := purses(); n != 0 {
		t.Errorf("got %d purses for %d attempts, want none", n, hotHolds)
	}
	b.settle([]Budget{large}, 0, 0, Facts{})
	b.settle([]Budget{large}, 10, 4, Facts{})
	b.settle([]Budget{large}, 10, 4, Facts{})
	if n := purses(); n != 1 {
		t.Errorf("got %d purses for attempts one after the other, want 1", n)
	}
	b.wantSpent(large, 8, 16*10+200-8)
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantSpent(large, 8, 16*10)
	for _, h := range holds {
		if _, err := h.Abandon(t.Context(), Facts{}); err != nil {
			t.Fatal(err)
		}
	}
	b.wantSpent(large, 8, 0)
	b.now = b.now.Add(2 * hotTime)
	b.settle([]Budget{large}, 10, 4, Facts{})
	if n := purses(); n != 1 {
		t.Errorf("got %d purses when the account has cooled, want no more", n)
	}
	// A purse that is used up tells the account, and so who wants to know.
	b = newBench(t)
	b.hotAt, b.perPurse = -1, 1
	if got := b.settle([]Budget{large}, 10, 9, Facts{}); len(got) != 1 || got[0].Amount != 5 || got[0].Spent != 9 {
		t.Errorf("got alerts %+v, want one", got)
	}
}
