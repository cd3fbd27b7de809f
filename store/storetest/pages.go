package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// testPages reads a partition in pages of every size, in both directions.
func testPages(t *testing.T, s *suite) {
	pk := s.partition()
	for i, sk := range sorted() {
		w := store.Write{Key: store.Key{PK: pk, SK: sk}}
		s.put(t, w)
		// Expired items among them make no page empty, and end none.
		for j := range i % 4 {
			w.Key.SK, w.Expires = fmt.Sprintf("%s%d", sk+"\x00\x00", j), s.clock.now().Add(time.Minute)
			s.put(t, w)
		}
	}
	s.clock.advance(time.Minute)
	for _, limit := range []int{1, 2, 3, 7, len(sorted()) - 1, len(sorted()), len(sorted()) + 1} {
		for _, q := range []store.Query{
			{PK: pk, Limit: limit, Consistent: true},
			{PK: pk, Limit: limit, Consistent: true, Prefix: "a"},
			{PK: pk, Limit: limit, Consistent: true, After: "a#10"},
		} {
			want := sorted()
			switch {
			case q.Prefix != "":
				want = want[12:24]
			case q.After != "":
				want = after(q.After)
			}
			t.Run(fmt.Sprintf("%d of %q after %q", limit, q.Prefix, q.After), func(t *testing.T) {
				s.wantQuery(t, q, want)
				q.Reverse = true
				if q.After != "" {
					want = before(q.After)
				}
				s.wantQuery(t, q, reversed(want))
			})
		}
	}
}

// testGrowing reads a partition that gets and loses items between any two
// pages: what was there all the time is found, and nothing twice.
func testGrowing(t *testing.T, s *suite) {
	for _, reverse := range []bool{false, true} {
		t.Run(fmt.Sprintf("reverse %v", reverse), func(t *testing.T) {
			pk := s.partition()
			all := s.fill(t, pk, 40)
			gone, round := all[20], 0
			items, err := s.pages(t, store.Query{PK: pk, Limit: 3, Consistent: true, Reverse: reverse}, func() {
				for _, sk := range []string{"00", "0010x", "0030x", "9"} {
					s.put(t, store.Write{Key: store.Key{PK: pk, SK: fmt.Sprintf("%s%d", sk, round)}})
				}
				if round++; round == 2 {
					s.put(t, store.Write{Key: store.Key{PK: pk, SK: gone}, Delete: true})
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			got := sks(items)
			if reverse {
				slices.Reverse(got)
			}
			for i := range got[1:] {
				if got[i] >= got[i+1] {
					t.Errorf("got %q, then %q: want each once and in order", got[i], got[i+1])
				}
			}
			for _, sk := range all {
				if sk != gone && !slices.Contains(got, sk) {
					t.Errorf("%q is missing", sk)
				}
			}
			if slices.Contains(got, gone) {
				t.Errorf("got %q, want it gone", gone)
			}
		})
	}
}
