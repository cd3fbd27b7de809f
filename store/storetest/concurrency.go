package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
)

const workers = 64

// together runs a function in as many goroutines as there are workers, which
// begin at once, and waits.
func together(f func(worker int)) {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range workers {
		wg.Go(func() {
			<-begin
			f(i)
		})
	}
	close(begin)
	wg.Wait()
}

// testConcurrency spends a limit from everywhere at once, as a budget is, to
// the last unit.
func testConcurrency(t *testing.T, s *suite) {
	const limit, amount = 1000, 3
	key := s.key()
	var done atomic.Int64
	together(func(worker int) {
		for i := 0; ; i++ {
			hold := fmt.Sprintf("h#%d/%d", worker, i)
			_, err := insist(t.Context(), s, store.Write{
				Key: key,
				If:  []store.Condition{{Attr: hold, Op: store.Absent}, {Attr: "cm", Op: store.AtMost, Value: int64(limit - amount), OrAbsent: true}},
				Add: map[string]int64{"cm": amount, "holds": 1}, Set: store.Item{hold: "x"},
			})
			if refused := new(store.Refused); errors.As(err, &refused) {
				if got := refused.Item.Int("cm"); got <= limit-amount {
					t.Errorf("got refused at %d, want that only above %d", got, limit-amount)
				}
				return
			}
			if err != nil {
				t.Errorf("got error %v, want none", err)
				return
			}
			done.Add(1)
		}
	})
	item, err := s.Get(t.Context(), key, true)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := item.Int("cm"), int64(limit-limit%amount); got != want || item.Int("holds") != want/amount || done.Load() != want/amount || len(item) != int(want/amount)+2 {
		t.Errorf("got %d spent by %d holds, %d of them in the item, and %d writes that succeeded; want %d by %d", got, item.Int("holds"), len(item)-2, done.Load(), want, want/amount)
	}
}

// testOneWins has everybody make, then take, then remove one item.
func testOneWins(t *testing.T, s *suite) {
	key := s.key()
	is := func(state string) []store.Condition {
		return []store.Condition{{Attr: "st", Op: store.Equal, Value: state}}
	}
	for _, round := range []store.Write{
		{If: []store.Condition{{Attr: "st", Op: store.Absent}}, Set: store.Item{"st": "PENDING"}},
		{If: is("PENDING"), Set: store.Item{"st": "POSTED"}},
		{If: is("POSTED"), Whole: true, Set: store.Item{"st": "DONE"}},
		{If: is("DONE"), Delete: true},
	} {
		var won atomic.Int64
		round.Key = key
		together(func(worker int) {
			w := round
			if !w.Delete {
				w.Set = store.Item{"st": round.Set["st"], "by": int64(worker)}
			}
			item, err := insist(t.Context(), s, w)
			refused := new(store.Refused)
			switch {
			case err == nil:
				won.Add(1)
				if want := w.Set; !same(item, want) {
					t.Errorf("got %v written, want %v", item, want)
				}
			case !errors.As(err, &refused):
				t.Errorf("got error %v, want a refusal", err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("%v: got %d writes that succeeded, want 1", round.Set, won.Load())
		}
	}
	s.wantItem(t, key, nil)
}

// testTransfers moves an amount to and fro between items, some by one write of
// both and some by one write of each, which must not get in between.
func testTransfers(t *testing.T, s *suite) {
	const had = 20
	from, to := s.have(t, store.Item{"n": int64(had)}), s.have(t, store.Item{"n": int64(had)})
	enough := []store.Condition{{Attr: "n", Op: store.AtLeast, Value: int64(3)}}
	var added atomic.Int64
	together(func(worker int) {
		a, b := from, to
		if worker%2 == 0 {
			a, b = to, from
		}
		refused := new(store.Refused)
		if worker%8 == 0 {
			if _, err := insist(t.Context(), s, store.Write{Key: a, Add: map[string]int64{"n": 1}}); err != nil {
				t.Errorf("got error %v, want none", err)
				return
			}
			added.Add(1)
		}
		for {
			err := s.transactor(t).WriteAll(t.Context(), []store.Write{
				{Key: a, If: enough, Add: map[string]int64{"n": -3}},
				{Key: b, Add: map[string]int64{"n": 3}},
			})
			switch {
			case errors.Is(err, store.ErrThrottled) && t.Context().Err() == nil:
				continue
			case errors.As(err, &refused) && (refused.At != 0 || refused.Item.Int("n") >= 3):
				t.Errorf("got write %d refused for %v, want the first, below 3", refused.At, refused.Item)
			case err != nil && !errors.As(err, &refused):
				t.Errorf("got error %v, want none or a refusal", err)
			}
			return
		}
	})
	var n []int64
	for _, key := range []store.Key{from, to} {
		item, err := s.Get(t.Context(), key, true)
		if err != nil {
			t.Fatal(err)
		}
		n = append(n, item.Int("n"))
	}
	if want := 2*had + added.Load(); n[0] < 0 || n[1] < 0 || n[0]+n[1] != want {
		t.Errorf("got %d and %d, want %d together", n[0], n[1], want)
	}
}
