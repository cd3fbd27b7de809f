package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// patience is how long an index may take to show a write.
const patience = 10 * time.Second

// wantIndex reads an answer of the index, which must come to have the items:
// by their SKs, in this order.
func (s *suite) wantIndex(t *testing.T, q store.Query, want ...string) {
	t.Helper()
	q.Index = store.Index1
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		items, err := s.pages(t, q, nil)
		got := sks(items)
		if err == nil && slices.Equal(got, want) {
			return
		}
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("index %q, prefix %q: got %q and error %v, want %q", q.PK, q.Prefix, got, err, want)
			return
		}
	}
}

func testIndex(t *testing.T, s *suite) {
	team, other := s.partition(), s.partition()
	pk := s.partition()
	write := func(sk string, w store.Write) {
		t.Helper()
		w.Key = store.Key{PK: pk, SK: sk}
		s.put(t, w)
	}
	in := func(pk, sk string) store.Item { return store.Item{store.Index1PK: pk, store.Index1SK: sk} }

	write("both", store.Write{Set: in(team, "2")})
	write("none", store.Write{Set: store.Item{"a": "1"}})
	write("only pk", store.Write{Set: store.Item{store.Index1PK: team}})
	write("only sk", store.Write{Set: store.Item{store.Index1SK: "3"}})
	s.wantIndex(t, store.Query{PK: team}, "both")

	write("first", store.Write{Set: in(team, "1")})
	write("elsewhere", store.Write{Set: in(other, "1")})
	s.wantIndex(t, store.Query{PK: team}, "first", "both")
	s.wantIndex(t, store.Query{PK: team, Reverse: true}, "both", "first")
	s.wantIndex(t, store.Query{PK: team, Prefix: "2"}, "both")
	s.wantIndex(t, store.Query{PK: other}, "elsewhere")

	write("only pk", store.Write{Set: store.Item{store.Index1SK: "0"}})
	s.wantIndex(t, store.Query{PK: team}, "only pk", "first", "both")
	write("only pk", store.Write{Remove: []string{store.Index1SK}})
	s.wantIndex(t, store.Query{PK: team}, "first", "both")
	write("first", store.Write{Set: store.Item{store.Index1SK: "3"}})
	s.wantIndex(t, store.Query{PK: team}, "both", "first")
	write("first", store.Write{Set: store.Item{store.Index1PK: other}})
	s.wantIndex(t, store.Query{PK: team}, "both")
	s.wantIndex(t, store.Query{PK: other}, "elsewhere", "first")
	write("first", store.Write{Set: store.Item{"a": "1"}})
	s.wantIndex(t, store.Query{PK: other}, "elsewhere", "first")
	write("first", store.Write{Whole: true, Set: store.Item{"a": "1"}})
	s.wantIndex(t, store.Query{PK: other}, "elsewhere")
	write("elsewhere", store.Write{Delete: true})
	s.wantIndex(t, store.Query{PK: other})

	write("both", store.Write{Set: store.Item{"a": "all of it"}, Expires: s.clock.now().Add(time.Minute)})
	s.wantIndexed(t, team, store.Keyed{Key: store.Key{PK: pk, SK: "both"}, Item: store.Item{store.Index1PK: team, store.Index1SK: "2", "a": "all of it"}})
	s.clock.advance(time.Minute)
	s.wantIndex(t, store.Query{PK: team})
}

// wantIndexed holds that the index comes to have one item, all of it.
func (s *suite) wantIndexed(t *testing.T, pk string, want store.Keyed) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		page, err := s.Query(t.Context(), store.Query{Index: store.Index1, PK: pk})
		if err == nil && len(page.Items) == 1 && page.Items[0].Key == want.Key && same(page.Items[0].Item, want.Item) {
			return
		}
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("got %v and error %v, want %v", page.Items, err, want)
			return
		}
	}
}

// testIndexPages has several items in one place of the index, which is fine,
// and reads them in pages of every size.
func testIndexPages(t *testing.T, s *suite) {
	pk, team := s.partition(), s.partition()
	var want []string
	for i, at := range []string{"a", "a\x00", "a\x00\x00", "aa", "b", "é", "\uffff", "\U00010000"} {
		for j := range 3 {
			sk := fmt.Sprintf("%d/%d", i, j)
			s.put(t, store.Write{Key: store.Key{PK: fmt.Sprint(pk, "/", 2-j), SK: sk}, Set: store.Item{store.Index1PK: team, store.Index1SK: at, "at": int64(i)}})
			want = append(want, sk)
		}
	}
	s.wantIndexOf(t, store.Query{PK: team, Limit: 1000}, want)
	for limit := 1; limit <= len(want); limit++ {
		s.wantIndexOf(t, store.Query{PK: team, Limit: limit}, want)
		s.wantIndexOf(t, store.Query{PK: team, Limit: limit, Reverse: true}, want)
		s.wantIndexOf(t, store.Query{PK: team, Limit: limit, Prefix: "a\x00"}, want[3:9])
	}
}

// wantIndexOf is wantIndex where several items may be in one place, in any order.
func (s *suite) wantIndexOf(t *testing.T, q store.Query, want []string) {
	t.Helper()
	q.Index = store.Index1
	var got []string
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		items, err := s.pages(t, q, nil)
		inOrder := slices.IsSortedFunc(items, func(a, b store.Keyed) int {
			if q.Reverse {
				a, b = b, a
			}
			return int(a.Item.Int("at") - b.Item.Int("at"))
		})
		got = slices.Sorted(slices.Values(sks(items)))
		if err == nil && inOrder && slices.Equal(got, slices.Sorted(slices.Values(want))) {
			return
		}
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("limit %d, reverse %v, prefix %q: got %q (in order: %v) and error %v, want %q", q.Limit, q.Reverse, q.Prefix, got, inOrder, err, want)
		}
	}
}
