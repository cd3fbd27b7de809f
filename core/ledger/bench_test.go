package ledger

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// bench is a ledger on a store that counts, with a clock that stands still.
type bench struct {
	*testing.T
	*Ledger
	now    time.Time
	memory *memory.Store
	writes int
	reads  int
	keys   map[store.Key]bool
	// fail, unless nil, may fail a write instead of it.
	fail func(store.Write) error
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t, now: date("2026-11-20 10:00:00"), keys: map[store.Key]bool{}}
	b.memory = memory.New(func() time.Time { return b.now })
	b.Ledger = &Ledger{
		Store: counting{b}, Now: func() time.Time { return b.now }, pause: func(context.Context, int) error { return nil },
		each: func(n int, do func(int)) {
			for i := range n {
				do(i)
			}
		},
	}
	return b
}

type counting struct{ *bench }

func (c counting) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	c.reads++
	return c.memory.Get(ctx, key, consistent)
}

func (c counting) Write(ctx context.Context, w store.Write) (store.Item, error) {
	c.writes++
	if c.fail != nil {
		if err := c.fail(w); err != nil {
			return nil, err
		}
	}
	c.keys[w.Key] = true
	return c.memory.Write(ctx, w)
}

func (c counting) Query(ctx context.Context, q store.Query) (store.Page, error) {
	c.reads++
	return c.memory.Query(ctx, q)
}

// attempt is one by those budgets, with a new id.
func (b *bench) attempt(budgets []Budget, estimate int64) Attempt {
	return Attempt{Request: NewID(b.now), N: 1, Budgets: budgets, Estimate: estimate, Deadline: b.now.Add(time.Minute)}
}

func (b *bench) begin(budgets []Budget, estimate int64) *Hold {
	b.Helper()
	h, err := b.Begin(b.Context(), b.attempt(budgets, estimate))
	if err != nil {
		b.Fatal(err)
	}
	return h
}

func (b *bench) settle(budgets []Budget, estimate, cost int64, f Facts) []Alert {
	b.Helper()
	alerts, err := b.begin(budgets, estimate).Settle(b.Context(), Outcome{Cost: cost, Facts: f})
	if err != nil {
		b.Fatal(err)
	}
	return alerts
}

// refused begins an attempt that has to be refused.
func (b *bench) refused(budgets []Budget, estimate int64) *Exceeded {
	b.Helper()
	_, err := b.Begin(b.Context(), b.attempt(budgets, estimate))
	var e *Exceeded
	if !errors.As(err, &e) {
		b.Fatalf("got %v, want it refused", err)
	}
	return e
}

// rows are all rows, as they are stored.
func (b *bench) rows() []store.Keyed {
	b.Helper()
	var rows []store.Keyed
	for key := range maps.Keys(b.keys) {
		if strings.HasPrefix(key.PK, "R#") {
			item, err := b.memory.Get(b.Context(), key, true)
			if err != nil {
				b.Fatal(err)
			}
			rows = append(rows, store.Keyed{Key: key, Item: item})
		}
	}
	return rows
}

// wantSpent holds what a budget's account says.
func (b *bench) wantSpent(budget Budget, spent, held int64) {
	b.Helper()
	got, err := b.Spent(b.Context(), []Budget{budget})
	if err != nil || got[0].Spent != spent || got[0].Held != held {
		b.Errorf("got %+v, %v, want %d spent and %d held", got, err, spent, held)
	}
}
