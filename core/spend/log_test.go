package spend_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/store"
)

// called is a house where 150 requests came over two days, of two keys and
// three end users, some of them tried twice.
func called(t *testing.T) *house {
	t.Helper()
	h := newHouse()
	for i := range 150 {
		h.now = h.now.Add(17 * time.Minute)
		f := ledger.Facts{
			KeyHash: fmt.Sprint("k", 1+i%2), EndUser: fmt.Sprint("e", i%3), IP: "192.0.2.7", Op: "chat", Start: h.now, End: h.now,
		}
		id := ledger.NewID(h.now)
		for n := 1; n <= 1+i%2; n++ {
			hold, err := h.ledger.Begin(t.Context(), ledger.Attempt{Request: id, N: n, Deadline: h.now.Add(time.Minute), Facts: f})
			if err == nil {
				_, err = hold.Settle(t.Context(), ledger.Outcome{Cost: int64(i), Facts: f})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if i == 100 {
			h.update(t, 0, false)
		}
	}
	return h
}

// TestLog: every row is in the log once, the newest first, however it is paged.
func TestLog(t *testing.T) {
	h := called(t)
	var want []string
	for _, row := range h.rows(t) {
		want = append(want, row.Request+"#"+row.Part)
	}
	slices.Sort(want)
	slices.Reverse(want)
	for _, limit := range []int{1, 7, 1000} {
		for _, who := range []spend.Who{spend.All(), {Kind: spend.Key, ID: "k1"}, {Kind: spend.EndUser, ID: "e2"}} {
			var got []string
			for after, more := "", true; more; {
				n := 0
				err := h.book(h.store).Log(t.Context(), spend.Selection{Who: who, From: h.now.AddDate(0, 0, -9), To: h.now.Add(time.Second), After: after}, func(e spend.Entry) error {
					if n == limit {
						return spend.ErrStop
					}
					n++
					got, after = append(got, e.Place), e.Place
					return nil
				})
				if more = n == limit; err != nil {
					t.Fatal(err)
				}
			}
			mine := slices.DeleteFunc(slices.Clone(want), func(place string) bool {
				found, err := h.book(h.store).Request(t.Context(), place[:26])
				if err != nil || len(found) == 0 {
					t.Fatal(err, found)
				}
				cell := spend.CellOf(&found[0].Row)
				return !who.Has(&cell)
			})
			if !slices.Equal(got, mine) {
				t.Errorf("%v, %d at a time: got %d rows, want %d", who, limit, len(got), len(mine))
			}
		}
	}
}

// TestLogOfDays: what began before or after is left out.
func TestLogOfDays(t *testing.T) {
	h := called(t)
	from, to := h.now.Add(-3*time.Hour), h.now.Add(-2*time.Hour)
	want := 0
	for _, row := range h.rows(t) {
		if !row.Facts.Start.Before(from) && row.Facts.Start.Before(to) {
			want++
		}
	}
	got := 0
	err := h.book(h.store).Log(t.Context(), spend.Selection{Who: spend.All(), From: from, To: to}, func(spend.Entry) error { got++; return nil })
	if err != nil || got != want || want == 0 {
		t.Errorf("got %d rows, %v, want %d", got, err, want)
	}
}

// TestErase: an end user who is erased is in no row and no document any more,
// and all that was spent still is, now and when days are added up later.
func TestErase(t *testing.T) {
	h := called(t)
	b := h.book(h.store)
	sum := costOf(h.rows(t), spend.All())
	n, err := b.Erase(t.Context(), "e1")
	if err != nil || n != 75 {
		t.Fatalf("got %d rows, %v, want 75", n, err)
	}
	for range 2 {
		for _, row := range h.rows(t) {
			if row.Facts.EndUser == "e1" || row.Facts.EndUser == "" && row.Facts.IP != "" || row.Facts.EndUser != "" && row.Facts.IP == "" {
				t.Fatalf("got a row of %q from %q", row.Facts.EndUser, row.Facts.IP)
			}
		}
		var total spend.Sums
		for _, who := range []spend.Who{spend.All(), {Kind: spend.Key, ID: "k1"}, {Kind: spend.Key, ID: "k2"}, {Kind: spend.EndUser, ID: "e1"}} {
			err := b.Days(t.Context(), who, h.now.AddDate(0, 0, -9), h.now, func(_ time.Time, c spend.Cube) error {
				for cell, sums := range c {
					if cell.EndUser == "e1" {
						t.Errorf("%v: got a cell of e1", who)
					}
					if who == spend.All() {
						if err := total.Add(sums); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if total.Cost != sum {
			t.Errorf("got %d spent, want %d", total.Cost, sum)
		}
		page, err := h.store.Query(context.Background(), store.Query{PK: "AG#end_user#e1"})
		if err != nil || len(page.Items) > 0 {
			t.Errorf("got %d documents of e1, %v", len(page.Items), err)
		}
		h.now = h.now.Add(48 * time.Hour)
		h.update(t, 0, false)
	}
}
