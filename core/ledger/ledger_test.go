package ledger

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

var daily = Budget{Scope: "K:1", Window: Window{Unit: Day}, Limit: 100, Version: 1}

// TestWrites: what an attempt costs the store. One write of each is the row with
// its place in an index, which costs two units.
func TestWrites(t *testing.T) {
	budgets := []Budget{daily, {Scope: "T:1", Limit: 1000}, {Scope: "O:1", Limit: 1000}}
	for _, c := range []struct{ budgets, before, after int }{{0, 0, 1}, {1, 2, 2}, {3, 4, 4}} {
		b := newBench(t)
		h := b.begin(budgets[:c.budgets], 10)
		if b.writes != c.before || b.reads != 0 {
			t.Errorf("%d budgets: got %d writes and %d reads before, want %d and none", c.budgets, b.writes, b.reads, c.before)
		}
		if _, err := h.Settle(t.Context(), Outcome{Cost: 4, Facts: Facts{KeyHash: "abc"}}); err != nil {
			t.Fatal(err)
		}
		if after := b.writes - c.before; after != c.after || b.reads != 0 {
			t.Errorf("%d budgets: got %d writes and %d reads after, want %d and none", c.budgets, after, b.reads, c.after)
		}
		// Its key's list has it, once it is decided.
		n := 0
		for shard := range KeyShards {
			page, err := b.Store.Query(t.Context(), store.Query{Index: store.Index1, PK: KeyPartition("abc", b.now, shard)})
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range page.Items {
				if row := ReadRow(k); row.State == Posted && row.Cost == 4 && row.Request == h.ref.request && row.Part == "01" {
					n++
				}
			}
		}
		if n != 1 {
			t.Errorf("%d budgets: its key lists it %d times, want 1", c.budgets, n)
		}
	}
}

// TestOutcomes: what is spent and what the row says, for each way to end.
func TestOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(context.Context, *Hold) ([]Alert, error)
		want Row
	}{
		"settled": {
			func(ctx context.Context, h *Hold) ([]Alert, error) { return h.Settle(ctx, Outcome{Cost: 4}) },
			Row{State: Posted, Cost: 4},
		},
		"for nothing": {
			func(ctx context.Context, h *Hold) ([]Alert, error) { return h.Settle(ctx, Outcome{}) },
			Row{State: Posted},
		},
		"dearer than held": {
			func(ctx context.Context, h *Hold) ([]Alert, error) { return h.Settle(ctx, Outcome{Cost: 14}) },
			Row{State: Posted, Cost: 14, Over: true},
		},
		"of no known cost": {
			func(ctx context.Context, h *Hold) ([]Alert, error) { return h.Settle(ctx, Outcome{Unpriced: true}) },
			Row{State: Posted, Cost: 10, Unpriced: true},
		},
		"abandoned": {
			func(ctx context.Context, h *Hold) ([]Alert, error) { return h.Abandon(ctx, Facts{}) },
			Row{State: Void},
		},
		"by a caller who has gone": {
			func(ctx context.Context, h *Hold) ([]Alert, error) {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return h.Settle(ctx, Outcome{Cost: 4})
			},
			Row{State: Posted, Cost: 4},
		},
		"twice, differently": {
			func(ctx context.Context, h *Hold) ([]Alert, error) {
				_, err := h.Settle(ctx, Outcome{Cost: 4})
				_, again := h.Abandon(ctx, Facts{})
				return nil, errors.Join(err, again)
			},
			Row{State: Posted, Cost: 4},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			h := b.begin([]Budget{daily}, 10)
			b.wantSpent(daily, 0, 10)
			if _, err := c.end(t.Context(), h); err != nil {
				t.Fatal(err)
			}
			b.wantSpent(daily, c.want.Cost, 0)
			want := c.want
			want.Request, want.Part, want.Estimate, want.Due, want.Accounts = h.ref.request, "01", 10, b.now.Add(90*time.Second), []string{"K:1#d:2026-11-20"}
			if got := ReadRow(b.rows()[0]); !reflect.DeepEqual(got, want) || len(b.rows()) != 1 {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// TestUnbudgeted: one row, whose cost may be unknown, and no second.
func TestUnbudgeted(t *testing.T) {
	b := newBench(t)
	h := b.begin(nil, 10)
	for range 2 {
		if _, err := h.Settle(t.Context(), Outcome{Unpriced: true, Facts: Facts{Team: "x"}}); err != nil {
			t.Fatal(err)
		}
	}
	other, err := b.Begin(t.Context(), Attempt{Request: h.ref.request, N: 1, Deadline: b.now.Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Settle(t.Context(), Outcome{Cost: 5}); !errors.Is(err, ErrDuplicate) {
		t.Errorf("the same attempt again: got %v, want %v", err, ErrDuplicate)
	}
	if got := ReadRow(b.rows()[0]); got.State != Posted || got.Cost != 0 || !got.Unpriced || got.Facts.Team != "x" || len(b.rows()) != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestExceeded: a refusal says of which budget, and how much is left of it; it
// is remembered for a second, but not for what is smaller or under another limit.
func TestExceeded(t *testing.T) {
	b := newBench(t)
	team := Budget{Scope: "T:1", Window: Window{Unit: Month}, Limit: 50, Version: 1}
	b.settle([]Budget{daily, team}, 30, 25, Facts{})
	b.begin([]Budget{daily, team}, 10)
	got := b.refused([]Budget{daily, team}, 20)
	want := Exceeded{Scope: "T:1", Spent: 25, Held: 10, Limit: 50, Resets: date("2026-12-01 00:00:00")}
	if *got != want || got.Left() != 15 {
		t.Errorf("got %+v with %d left, want %+v with 15", got, got.Left(), want)
	}
	b.wantSpent(daily, 25, 10) // what was held for it is free again
	if rows := b.rows(); len(rows) != 2 {
		t.Errorf("got %d rows, want none for the refused one", len(rows))
	}

	writes := b.writes
	b.refused([]Budget{daily, team}, 20)
	b.refused([]Budget{daily, team}, 21)
	if b.writes != writes {
		t.Errorf("got %d writes for what was refused just now, want none", b.writes-writes)
	}
	b.settle([]Budget{daily, team}, 15, 1, Facts{}) // the affordable part is let through
	larger := team
	larger.Limit, larger.Version = 60, 2
	b.settle([]Budget{daily, larger}, 20, 1, Facts{})
	b.now = b.now.Add(time.Second)
	b.settle([]Budget{daily, team}, 20, 1, Facts{}) // its caller has the old limit, the account the new
}

// TestTooLarge: what is more than the whole limit, and an empty account.
func TestTooLarge(t *testing.T) {
	b := newBench(t)
	if got := b.refused([]Budget{daily}, 101); got.Left() != 100 || got.Spent != 0 {
		t.Errorf("got %+v", got)
	}
	if got := b.refused([]Budget{{Scope: "zero"}}, 1); got.Left() != 0 || got.Resets != (time.Time{}) {
		t.Errorf("got %+v", got)
	}
	b.settle([]Budget{{Scope: "zero"}}, 0, 0, Facts{})
}

// TestCurrent: limits that changed, budgets that came and went, and an owner
// that refuses.
func TestCurrent(t *testing.T) {
	blocked := errors.New("blocked")
	team := Budget{Scope: "T:1", Limit: 5, Version: 3}
	for name, c := range map[string]struct {
		current []Budget
		err     error
		want    error
		spent   int64
	}{
		"as it was":      {[]Budget{daily}, nil, nil, 4},
		"lowered":        {[]Budget{{Scope: "K:1", Window: daily.Window, Limit: 9, Version: 2}}, nil, &Exceeded{}, 0},
		"raised":         {[]Budget{{Scope: "K:1", Window: daily.Window, Limit: 900, Version: 2}}, nil, nil, 4},
		"another budget": {[]Budget{daily, team}, nil, &Exceeded{}, 0},
		"no budget":      {nil, nil, nil, 0},
		"blocked":        {nil, blocked, blocked, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			a := b.attempt([]Budget{daily}, 10)
			a.Current = func(context.Context) ([]Budget, error) { return c.current, c.err }
			h, err := b.Begin(t.Context(), a)
			switch want := c.want.(type) {
			case nil:
				if err != nil {
					t.Fatal(err)
				}
				if _, err := h.Settle(t.Context(), Outcome{Cost: 4}); err != nil {
					t.Fatal(err)
				}
			case *Exceeded:
				if !errors.As(err, &want) {
					t.Errorf("got %v, want it exceeded", err)
				}
			default:
				if !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			}
			b.wantSpent(daily, c.spent, 0)
			b.wantSpent(team, 0, 0)
		})
	}
}

// TestAlerts: an amount is announced once in a window, by the settlement that
// reaches it, and the largest of several.
func TestAlerts(t *testing.T) {
	b := newBench(t)
	budget := daily
	budget.Alerts = []int64{50, 80}
	for _, c := range []struct {
		cost, want int64
	}{{40, 0}, {10, 50}, {10, 0}, {25, 80}, {5, 0}} {
		alerts := b.settle([]Budget{budget}, c.cost, c.cost, Facts{})
		if c.want == 0 && len(alerts) > 0 || c.want != 0 && (len(alerts) != 1 || alerts[0].Amount != c.want || alerts[0].Scope != "K:1") {
			t.Errorf("after %d: got %+v, want %d", c.cost, alerts, c.want)
		}
	}
	b.now = b.now.Add(24 * time.Hour)
	want := []Alert{{"K:1", 80, 90, 100}}
	if got := b.settle([]Budget{budget}, 90, 90, Facts{}); !reflect.DeepEqual(got, want) {
		t.Errorf("on the next day: got %+v, want %+v", got, want)
	}
}

// TestUnavailable: a store that does not answer lets nothing be spent, and is
// not asked for ever.
func TestUnavailable(t *testing.T) {
	b := newBench(t)
	b.fail = func(store.Write) error { return errFault }
	_, err := b.Begin(t.Context(), b.attempt([]Budget{daily}, 10))
	var unavailable *Unavailable
	if !errors.As(err, &unavailable) || !errors.Is(err, errFault) || b.writes > 2*triesAfter {
		t.Errorf("got %v after %d writes, want it unavailable", err, b.writes)
	}
	b.fail = func(w store.Write) error {
		if w.Key.PK[0] == 'R' {
			return errFault
		}
		return nil
	}
	if _, err := b.Begin(t.Context(), b.attempt([]Budget{daily}, 10)); !errors.As(err, &unavailable) {
		t.Errorf("without a row: got %v, want it unavailable", err)
	}
	b.wantSpent(daily, 0, 10) // the row may be on its way
	b.fail = nil
	b.now = b.now.Add(2 * time.Minute)
	b.wantSpent(daily, 0, 0)

	h := b.begin([]Budget{daily}, 10)
	b.fail = func(store.Write) error { return store.ErrThrottled }
	if _, err := h.Settle(t.Context(), Outcome{Cost: 4}); !errors.Is(err, store.ErrThrottled) {
		t.Errorf("settle: got %v, want %v", err, store.ErrThrottled)
	}
	b.fail = nil
	if _, err := h.Settle(t.Context(), Outcome{Cost: 4}); err != nil {
		t.Error(err)
	}
	b.wantSpent(daily, 4, 0)
}

func TestAffordable(t *testing.T) {
	for _, c := range []struct{ left, fixed, price, want int64 }{
		{100, 20, 8, 10}, {100, 20, 9, 8}, {100, 100, 8, 0}, {100, 101, 8, 0}, {0, 0, 1, 0}, {100, 0, 0, MaxLimit}, {100, 101, 0, 0}, {-5, 0, 1, 0},
	} {
		if got := Affordable(c.left, c.fixed, c.price); got != c.want {
			t.Errorf("%+v: got %d, want %d", c, got, c.want)
		}
	}
}
