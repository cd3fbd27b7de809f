package spend_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fataler is a test, or a part of a property.
type fataler interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// house is a ledger and a book on one store, with one clock.
type house struct {
	now    time.Time
	skew   atomic.Int64 // nanoseconds that passed since
	store  *memory.Store
	ledger *ledger.Ledger
	open   []*ledger.Hold // of those who will come back, sooner or later
	facts  []ledger.Facts
}

func newHouse() *house {
	h := &house{now: time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)}
	h.store = memory.New(h.clock)
	h.ledger = &ledger.Ledger{Store: h.store, Now: h.clock}
	return h
}

func (h *house) clock() time.Time { return h.now.Add(time.Duration(h.skew.Load())) }

func (h *house) book(s store.Store) *spend.Book { return &spend.Book{Store: s, Now: h.clock} }

// budgets are everybody's, and the key's.
func budgets(key string) []ledger.Budget {
	return []ledger.Budget{{Scope: "G", Limit: ledger.MaxLimit}, {Scope: "K:" + key, Limit: ledger.MaxLimit}}
}

func (h *house) begin(t *rapid.T) {
	f := ledger.Facts{
		KeyHash: rapid.SampledFrom([]string{"k1", "k2"}).Draw(t, "key"), User: rapid.SampledFrom([]string{"", "ann"}).Draw(t, "user"),
		EndUser: rapid.SampledFrom([]string{"", "e1", "e2"}).Draw(t, "end user"), Team: "red", Op: "chat", Group: "gpt", Start: h.clock(),
		Tags: rapid.SampledFrom([][]string{nil, {"a"}, {"a", "b"}}).Draw(t, "tags"),
	}
	hold, err := h.ledger.Begin(context.Background(), ledger.Attempt{
		Request: ledger.NewID(h.clock()), N: 1, Budgets: budgets(f.KeyHash), Estimate: 1000, Deadline: h.clock().Add(15 * time.Minute), Facts: f,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.open, h.facts = append(h.open, hold), append(h.facts, f)
}

func (h *house) settle(t *rapid.T) {
	if len(h.open) == 0 {
		return
	}
	i := rapid.IntRange(0, len(h.open)-1).Draw(t, "which")
	f := h.facts[i]
	f.Usage = llm.Usage{Known: true, In: 10, Out: rapid.Int64Range(0, 50).Draw(t, "out")}
	if _, err := h.open[i].Settle(context.Background(), ledger.Outcome{Cost: rapid.Int64Range(0, 2000).Draw(t, "cost"), Facts: f}); err != nil {
		t.Fatal(err)
	}
	h.open, h.facts = append(h.open[:i], h.open[i+1:]...), append(h.facts[:i], h.facts[i+1:]...)
}

// update runs once, and dies at some call of the store if that is above 0.
func (h *house) update(t fataler, dies int, after bool) {
	s := faults.New(h.store)
	s.At = func(p faults.Point) {
		if dies > 0 && p.Call >= dies && p.After == after {
			s.Kill()
		}
	}
	if err := h.book(s).Update(context.Background()); err != nil && (dies == 0 || !errors.Is(err, faults.ErrDead)) {
		t.Fatal(err)
	}
}

func (h *house) sweep(t fataler) {
	if _, err := h.ledger.Sweep(context.Background(), h.clock().Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// rows are all there are, read one by one.
func (h *house) rows(t fataler) []ledger.Row {
	var all []ledger.Row
	for day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC); !day.After(h.clock()); day = day.AddDate(0, 0, 1) {
		for shard := range ledger.Shards {
			page, err := h.store.Query(context.Background(), store.Query{PK: ledger.RowPartition(day, shard), Limit: store.MaxLimit})
			if err != nil || page.Next != "" {
				t.Fatal(err, page.Next)
			}
			for _, k := range page.Items {
				all = append(all, ledger.ReadRow(k))
			}
		}
	}
	return all
}

// costOf adds up the rows of somebody.
func costOf(rows []ledger.Row, who spend.Who) int64 {
	var sum int64
	for _, row := range rows {
		of := []string{"all ", "api_key " + row.Facts.KeyHash, "user " + row.Facts.User, "team " + row.Facts.Team, "end_user " + row.Facts.EndUser}
		for _, tag := range row.Facts.Tags {
			of = append(of, "tag "+tag)
		}
		if slices.Contains(of, string(who.Kind)+" "+who.ID) {
			sum += row.Cost
		}
	}
	return sum
}

// check holds when nothing is under way: what anybody spent is what its rows add
// up to.
func (h *house) check(t fataler) {
	ctx := spend.Remember(context.Background())
	late, err := ledger.LateRows(ctx, h.store)
	if err != nil {
		t.Fatal(err)
	}
	if len(late) > 0 {
		return // they are not added up yet
	}
	rows := h.rows(t)
	for _, who := range []spend.Who{
		spend.All(),
		{Kind: spend.Key, ID: "k1"},
		{Kind: spend.Key, ID: "k2"},
		{Kind: spend.User, ID: "ann"},
		{Kind: spend.Team, ID: "red"},
		{Kind: spend.EndUser, ID: "e2"},
		{Kind: spend.Tag, ID: "a"},
		{Kind: spend.Tag, ID: "b"},
	} {
		got, err := h.book(h.store).Spent(ctx, who, h.clock().AddDate(0, 0, -30))
		if want := costOf(rows, who); err != nil || got != want {
			t.Fatalf("%v: got %d, %v, want %d as its rows", who, got, err, want)
		}
	}
}
