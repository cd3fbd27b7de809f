package ledger

import (
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestLateRows: whoever decides a row more than a quarter of an hour after its
// request began says so first, and nobody else does.
func TestLateRows(t *testing.T) {
	const late = 20 * time.Minute
	for _, c := range []struct {
		name    string
		budgets []Budget
		do      func(t *testing.T, l *Ledger, h *Hold, wait func(time.Duration))
		says    bool
	}{
		{"settled in time", nil, func(t *testing.T, _ *Ledger, h *Hold, wait func(time.Duration)) {
			wait(14 * time.Minute)
			_, err := h.Settle(t.Context(), Outcome{Cost: 1})
			fine(t, err)
		}, false},
		{"settled late", nil, func(t *testing.T, _ *Ledger, h *Hold, wait func(time.Duration)) {
			wait(late)
			_, err := h.Settle(t.Context(), Outcome{Cost: 1})
			fine(t, err)
		}, true},
		{"lost", []Budget{{Scope: "K:1", Limit: 100}}, func(t *testing.T, l *Ledger, _ *Hold, wait func(time.Duration)) {
			wait(late)
			_, err := l.Sweep(t.Context(), l.Now().Add(-time.Hour))
			fine(t, err)
		}, true},
		{"adjusted in time", nil, func(t *testing.T, l *Ledger, _ *Hold, _ func(time.Duration)) {
			fine(t, l.Adjust(t.Context(), Adjustment{Request: NewID(l.Now()), Cost: 5}))
		}, false},
		{"adjusted late", nil, func(t *testing.T, l *Ledger, _ *Hold, _ func(time.Duration)) {
			fine(t, l.Adjust(t.Context(), Adjustment{Request: NewID(l.Now().Add(-late)), Cost: 5}))
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := date("2026-11-20 10:00:30")
			l := &Ledger{Store: memory.New(func() time.Time { return now }), Now: func() time.Time { return now }}
			began := now
			h, err := l.Begin(t.Context(), Attempt{Request: NewID(now), N: 1, Budgets: c.budgets, Estimate: 9, Deadline: now.Add(time.Minute)})
			fine(t, err)
			c.do(t, l, h, func(d time.Duration) { now = now.Add(d) })
			rows, err := LateRows(t.Context(), l.Store)
			fine(t, err)
			if c.name == "adjusted late" {
				began = began.Add(-late)
			}
			var want []time.Time
			if c.says {
				want = append(want, began.Truncate(time.Minute))
			}
			var got []time.Time
			for _, r := range rows {
				got = append(got, r.Minute)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestForgetLateRow: what is said again meanwhile is not forgotten.
func TestForgetLateRow(t *testing.T) {
	now := date("2026-11-20 10:00:00")
	l := &Ledger{Store: memory.New(func() time.Time { return now }), Now: func() time.Time { return now }}
	say := func() {
		fine(t, l.Adjust(t.Context(), Adjustment{Request: NewID(now.Add(-time.Hour)), Cost: 5}))
	}
	say()
	read, err := LateRows(t.Context(), l.Store)
	fine(t, err)
	say()
	for _, want := range []int{1, 0} {
		fine(t, read[0].Forget(t.Context(), l.Store))
		read, err = LateRows(t.Context(), l.Store)
		fine(t, err)
		if len(read) != want {
			t.Fatalf("got %d late rows, want %d", len(read), want)
		}
	}
}

func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
