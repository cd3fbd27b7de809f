package ledger

import (
	"errors"
	"testing"
	"time"
)

// TestInvalid: what no attempt may be.
func TestInvalid(t *testing.T) {
	b := newBench(t)
	good := b.attempt([]Budget{daily}, 10)
	for name, change := range map[string]func(*Attempt){
		"id":             func(a *Attempt) { a.Request = "x" },
		"number 0":       func(a *Attempt) { a.N = 0 },
		"number 100":     func(a *Attempt) { a.N = 100 },
		"negative":       func(a *Attempt) { a.Estimate = -1 },
		"too much":       func(a *Attempt) { a.Estimate = MaxLimit + 1 },
		"twice":          func(a *Attempt) { a.Budgets = []Budget{daily, daily} },
		"no scope":       func(a *Attempt) { a.Budgets = []Budget{{Limit: 1}} },
		"a line break":   func(a *Attempt) { a.Budgets = []Budget{{Scope: "a\nb"}} },
		"negative limit": func(a *Attempt) { a.Budgets = []Budget{{Scope: "a", Limit: -1}} },
		"large limit":    func(a *Attempt) { a.Budgets = []Budget{{Scope: "a", Limit: MaxLimit + 1}} },
		"no unit":        func(a *Attempt) { a.Budgets = []Budget{{Scope: "a", Window: Window{Unit: 9}}} },
		"no length":      func(a *Attempt) { a.Budgets = []Budget{{Scope: "a", Window: Window{Unit: Period}}} },
	} {
		a := good
		change(&a)
		if _, err := b.Begin(t.Context(), a); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if b.writes != 0 {
		t.Errorf("got %d writes, want none", b.writes)
	}
	late := good
	late.Deadline = b.now
	if _, err := b.Begin(t.Context(), late); err == nil {
		t.Error("after its deadline: got no error")
	}
	b.wantSpent(daily, 0, 0)
	h := b.begin([]Budget{daily}, 10)
	for _, cost := range []int64{-1, MaxLimit + 1} {
		if _, err := h.Settle(t.Context(), Outcome{Cost: cost}); err == nil {
			t.Errorf("a cost of %d: got no error", cost)
		}
	}
	if err := b.Adjust(t.Context(), Adjustment{Request: NewID(b.now), Cost: -MaxLimit - 1}); err == nil {
		t.Error("a large adjustment: got no error")
	}
	if err := b.Adjust(t.Context(), Adjustment{Request: "x"}); err == nil {
		t.Error("an adjustment without an id: got no error")
	}
}

// TestAdjust: a budget is set back, or takes over what was spent elsewhere,
// once.
func TestAdjust(t *testing.T) {
	b := newBench(t)
	b.settle([]Budget{daily}, 60, 60, Facts{})
	back := Adjustment{Request: NewID(b.now), Budgets: []Budget{daily, {Scope: "T:1", Limit: 10}}, Cost: -60, Facts: Facts{User: "admin"}}
	if err := b.Adjust(t.Context(), back); err != nil {
		t.Fatal(err)
	}
	if err := b.Adjust(t.Context(), back); !errors.Is(err, ErrDuplicate) {
		t.Errorf("again: got %v, want %v", err, ErrDuplicate)
	}
	b.wantSpent(daily, 0, 0)
	b.wantSpent(Budget{Scope: "T:1"}, -60, 0)
	sum := int64(0)
	for _, k := range b.rows() {
		sum += ReadRow(k).Cost
	}
	if sum != 0 {
		t.Errorf("rows add up to %d, want 0", sum)
	}
}

// TestSweep: overdue rows are found without anybody asking for their budgets,
// and others are left alone.
func TestSweep(t *testing.T) {
	b := newBench(t)
	start := b.now
	lost := b.begin([]Budget{daily}, 10)
	b.settle([]Budget{daily}, 10, 3, Facts{})
	b.now = date("2026-11-21 00:00:30") // another day
	b.begin([]Budget{daily}, 10)
	for _, c := range []struct {
		since time.Time
		want  Swept
	}{{b.now, Swept{Seen: 1}}, {start, Swept{Seen: 3, Lost: 1}}, {start, Swept{Seen: 3}}} {
		got, err := b.Sweep(t.Context(), c.since)
		if err != nil || got != c.want {
			t.Errorf("since %s: got %+v, %v, want %+v", c.since, got, err, c.want)
		}
	}
	account, err := b.memory.Get(t.Context(), daily.Account(start), true)
	if err != nil || account.Int("ps") != 13 || account.Int("cm") != 13 {
		t.Errorf("got %v, %v, want 13 spent", account, err)
	}
	// Who comes back all the same says what it was.
	if _, err := lost.Settle(t.Context(), Outcome{Cost: 4}); err != nil {
		t.Fatal(err)
	}
	if account, _ = b.memory.Get(t.Context(), daily.Account(start), true); account.Int("ps") != 7 || account.Int("cm") != 7 {
		t.Errorf("got %v, want 7 spent", account)
	}
	if err := b.Recover(t.Context(), daily.Account(start)); err != nil {
		t.Error(err)
	}
}

// TestLost: what nobody comes back from costs what was said of that, and what
// was held where nothing was.
func TestLost(t *testing.T) {
	forever := Budget{Scope: "K:1", Limit: 100}
	for lost, want := range map[int64]int64{0: 10, 3: 3, 10: 10} {
		b := newBench(t)
		a := b.attempt([]Budget{forever}, 10)
		a.Lost = lost
		if _, err := b.Begin(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		b.wantSpent(forever, 0, 10)
		b.now = a.Deadline.Add(time.Hour)
		if _, err := b.Sweep(t.Context(), a.Deadline.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		b.wantSpent(forever, want, 0)
	}
	b := newBench(t)
	a := b.attempt([]Budget{forever}, 10)
	if a.Lost = 11; a.valid() == nil {
		t.Error("got no error for more than is held")
	}
}
