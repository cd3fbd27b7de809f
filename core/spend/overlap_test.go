package spend_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// returned is a house on the morning after two requests were called lost, who
// then come back, the second when comeBack is called: before the rows of that
// evening, or only the last of them, are added up. The second is told of every
// call of the store that it makes.
func returned(t *testing.T, summed bool, told func(faults.Point)) (h *house, comeBack func()) {
	h = newHouse()
	if err := h.book(h.store).BeginAt(t.Context(), h.now.Truncate(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(110 * time.Minute)
	f := ledger.Facts{KeyHash: "k1", User: "ann", Team: "red", Tags: []string{"a"}, Op: "chat", Start: h.now}
	s := faults.New(h.store)
	var come [2]func()
	for i := range come {
		l := &ledger.Ledger{Store: s, Now: h.clock}
		hold, err := l.Begin(t.Context(), ledger.Attempt{
			Request: ledger.NewID(h.now), N: 1, Budgets: budgets("k1"), Estimate: 1000, Deadline: h.now.Add(time.Minute), Facts: f,
		})
		if err != nil {
			t.Fatal(err)
		}
		come[i] = func() {
			if _, err := hold.Settle(context.Background(), ledger.Outcome{Cost: 7, Facts: f}); err != nil {
				t.Error(err)
			}
		}
	}
	h.update(t, 0, false)
	h.now = h.now.Add(20 * time.Minute)
	if h.sweep(t); summed {
		h.now = h.now.Add(5 * time.Minute)
		h.update(t, 0, false)
	}
	h.now = h.now.Add(20 * time.Minute)
	come[0]()
	s.At = told
	return h, come[1]
}

// at calls do once, after a call of a store: the nth of those that are no query
// of rows where there are none.
func at(t *testing.T, h *house, n int, do func()) (*faults.Store, *sync.Once) {
	busy := map[string]bool{}
	for shard := range ledger.Shards {
		pk := ledger.RowPartition(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), shard)
		page, err := h.store.Query(t.Context(), store.Query{PK: pk})
		if err != nil {
			t.Fatal(err)
		}
		busy[pk] = len(page.Items) > 0
	}
	s := faults.New(h.store)
	var once sync.Once
	var calls atomic.Int64
	s.At = func(p faults.Point) {
		if p.After && (!strings.HasPrefix(p.Key.PK, "R#") || busy[p.Key.PK]) && calls.Add(1) >= int64(n) {
			once.Do(do)
		}
	}
	return s, &once
}

// settledAndDone holds when nothing is left to be added up, and all is.
func (h *house) settledAndDone(t *testing.T, when any) {
	t.Helper()
	late, err := ledger.LateRows(t.Context(), h.store)
	if err != nil || len(late) > 0 {
		t.Fatalf("%v: got %v, %v, want nothing left to do", when, late, err)
	}
	h.check(t)
}

// TestOverlap: a run that another overtakes, at whichever call, does not undo
// what that one did after a request was settled late. The other may run from its
// beginning, or have only its end before it.
func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		name   string
		summed bool
		run    func(h *house) error
	}{
		{"all of a run", false, func(h *house) error { return h.book(h.store).Update(t.Context()) }},
		{"the end of a run", false, func(h *house) error { return h.book(h.store).Repair(t.Context()) }},
		{"all of a run, after one", true, func(h *house) error { return h.book(h.store).Update(t.Context()) }},
	} {
		for call, more := 1, true; more; call++ {
			h, comeBack := returned(t, c.summed, nil)
			s, once := at(t, h, call, func() {
				comeBack()
				for range 2 {
					if err := c.run(h); err != nil {
						t.Error(err)
					}
					h.skew.Add(int64(3 * time.Minute)) // so it has landed
				}
			})
			_ = h.book(s).Update(t.Context()) // or it saw that it was overtaken
			if once.Do(func() { more = false }); more {
				h.update(t, 0, false)
				h.settledAndDone(t, fmt.Sprint(c.name, " at call ", call))
			}
		}
	}
}

// TestLanding: a row that comes after those who were told of it have looked is
// added up when it is there.
func TestLanding(t *testing.T) {
	var h *house
	runs := 0
	h, comeBack := returned(t, false, func(p faults.Point) {
		if p.Op == faults.Write && strings.HasPrefix(p.Key.PK, "R#") && strings.HasSuffix(p.Key.SK, "a") && !p.After {
			h.update(t, 0, false)
			runs++
		}
	})
	h.update(t, 0, false)
	comeBack()
	h.now = h.now.Add(3 * time.Minute)
	h.update(t, 0, false)
	if h.settledAndDone(t, "after it landed"); runs != 1 {
		t.Errorf("got %d runs before the row landed, want 1", runs)
	}
}

// TestReadWhileSummed: who reads while a run goes on sees every row once.
func TestReadWhileSummed(t *testing.T) {
	for call, more := 1, true; more; call++ {
		h, comeBack := returned(t, true, nil)
		comeBack()
		h.update(t, 0, false)
		if err := h.ledger.Adjust(t.Context(), ledger.Adjustment{Request: ledger.NewID(h.now), Cost: 5, Facts: ledger.Facts{Op: "chat", Start: h.now}}); err != nil {
			t.Fatal(err)
		}
		h.now = h.now.Add(2 * time.Hour)
		s, once := at(t, h, call, func() { h.update(t, 0, false) })
		got, err := h.book(s).Spent(t.Context(), spend.All(), h.now.AddDate(0, 0, -3))
		if once.Do(func() { more = false }); err != nil || got != 19 {
			t.Fatalf("a run at call %d: got %d, %v, want 19", call, got, err)
		}
	}
}
