package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
)

// sorted are SKs in the order of their bytes, among them what a pattern or a
// collation would take for something else.
func sorted() []string {
	return []string{
		"\x00", "\x01", " ", "#", "%", "*", "0", "10", "9", "A", "B", "_", "a", "a\x00", "a\x00b", "a#1", "a#10", "a#2", "a%b", "a*b",
		"aB", "a_b", "aa", "axb", "b", "z", "\x7f", "é", "é1", "\u2028", "\ud7ff", "\uffff", "\U00010000", "\U0010ffff", "\U0010ffff1",
	}
}

func after(sk string) []string  { return sorted()[slices.Index(sorted(), sk)+1:] }
func before(sk string) []string { return sorted()[:slices.Index(sorted(), sk)] }

func testQueries(t *testing.T, s *suite) {
	pk := s.partition()
	for i, sk := range slices.Backward(sorted()) {
		s.put(t, store.Write{Key: store.Key{PK: pk, SK: sk}, Set: store.Item{"i": int64(i)}})
		s.put(t, store.Write{Key: store.Key{PK: pk + "#", SK: sk}, Set: store.Item{"i": int64(-1)}})
	}
	for _, tc := range []struct {
		name  string
		query store.Query
		want  []string
	}{
		{"all", store.Query{}, sorted()},
		{"prefix", store.Query{Prefix: "a#"}, []string{"a#1", "a#10", "a#2"}},
		{"prefix that is an item", store.Query{Prefix: "a#1"}, []string{"a#1", "a#10"}},
		{"prefix of one", store.Query{Prefix: "a"}, sorted()[12:24]},
		{"prefix of none", store.Query{Prefix: "ab"}, nil},
		{"prefix in capitals", store.Query{Prefix: "A"}, []string{"A"}},
		{"prefix %", store.Query{Prefix: "%"}, []string{"%"}},
		{"prefix *", store.Query{Prefix: "*"}, []string{"*"}},
		{"prefix a_", store.Query{Prefix: "a_"}, []string{"a_b"}},
		{"prefix zero", store.Query{Prefix: "a\x00"}, []string{"a\x00", "a\x00b"}},
		{"prefix é", store.Query{Prefix: "é"}, []string{"é", "é1"}},
		{"prefix last", store.Query{Prefix: "\U0010ffff"}, []string{"\U0010ffff", "\U0010ffff1"}},
		{"after", store.Query{After: "a#2"}, after("a#2")},
		{"after what is not there", store.Query{After: "a#3"}, after("a#2")},
		{"after capitals", store.Query{After: "B"}, after("B")},
		{"after the last", store.Query{After: "\U0010ffff1"}, nil},
		{"after the first", store.Query{After: "\x00"}, after("\x00")},
		{"after within a prefix", store.Query{Prefix: "a#", After: "a#1"}, []string{"a#10", "a#2"}},
		{"after before a prefix", store.Query{Prefix: "a#", After: "Z"}, []string{"a#1", "a#10", "a#2"}},
		{"after behind a prefix", store.Query{Prefix: "a#", After: "b"}, nil},
		{"after the prefix", store.Query{Prefix: "a#1", After: "a#1"}, []string{"a#10"}},
		{"before", store.Query{After: "a#2", Reverse: true}, reversed(before("a#2"))},
		{"before what is not there", store.Query{After: "a#11", Reverse: true}, reversed(before("a#2"))},
		{"before the first", store.Query{After: "\x00", Reverse: true}, nil},
		{"before within a prefix", store.Query{Prefix: "a#", After: "a#2", Reverse: true}, []string{"a#10", "a#1"}},
		{"before behind a prefix", store.Query{Prefix: "a#", After: "b", Reverse: true}, []string{"a#2", "a#10", "a#1"}},
		{"before before a prefix", store.Query{Prefix: "a#", After: "Z", Reverse: true}, nil},
		{"reverse", store.Query{Reverse: true}, reversed(sorted())},
		{"limit", store.Query{Limit: 3}, sorted()[:3]},
		{"the last", store.Query{Limit: 1, Reverse: true}, []string{"\U0010ffff1"}},
		{"the last of a prefix", store.Query{Limit: 1, Reverse: true, Prefix: "a#"}, []string{"a#2"}},
		{"limit above all", store.Query{Limit: 500}, sorted()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.query.PK, tc.query.Consistent = pk, true
			if tc.query.Limit == 0 || tc.query.Limit > len(sorted()) {
				s.wantQuery(t, tc.query, tc.want)
				return
			}
			page, err := s.Query(t.Context(), tc.query)
			if got := sks(page.Items); err != nil || !slices.Equal(got, tc.want) {
				t.Errorf("got %q and error %v, want %q", got, err, tc.want)
			}
		})
	}
	t.Run("items", func(t *testing.T) {
		page, err := s.Query(t.Context(), store.Query{PK: pk, Prefix: "é", Consistent: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range page.Items {
			if want := (store.Item{"i": int64(slices.Index(sorted(), k.SK))}); k.PK != pk || !same(k.Item, want) {
				t.Errorf("got %q %v, want %q %v", k.Key, k.Item, pk, want)
			}
		}
	})
	t.Run("no index", func(t *testing.T) {
		page, err := s.Query(t.Context(), store.Query{Index: "2", PK: pk})
		wantOther(t, err)
		if len(page.Items) > 0 {
			t.Errorf("got %d items of an index that there is not", len(page.Items))
		}
	})
	t.Run("no partition", func(t *testing.T) { s.wantQuery(t, store.Query{PK: s.partition(), Consistent: true}, nil) })
}

// testLimits holds a page to the sizes that store.Query names.
func testLimits(t *testing.T, s *suite) {
	pk := s.partition()
	const n = store.MaxLimit + 1
	s.fill(t, pk, n)
	for _, tc := range []struct{ limit, want int }{{0, store.DefaultLimit}, {-1, store.DefaultLimit}, {1, 1}, {store.MaxLimit, store.MaxLimit}, {store.MaxLimit + 1, store.MaxLimit}} {
		page, err := s.Query(t.Context(), store.Query{PK: pk, Limit: tc.limit, Consistent: true})
		if err != nil || len(page.Items) != tc.want || page.Next == "" {
			t.Errorf("limit %d: got %d items, next %q and error %v, want %d and a next", tc.limit, len(page.Items), page.Next, err, tc.want)
		}
	}
}

// fill writes items 0000, 0001, ... of a partition.
func (s *suite) fill(t *testing.T, pk string, n int) (sks []string) {
	t.Helper()
	var writes []store.Write
	for i := range n {
		sks = append(sks, fmt.Sprintf("%04d", i))
		writes = append(writes, store.Write{Key: store.Key{PK: pk, SK: sks[i]}, Set: store.Item{"i": int64(i)}})
	}
	for batch := range slices.Chunk(writes, 100) {
		if err := s.transactor(t).WriteAll(t.Context(), batch); err != nil {
			t.Fatalf("fill: %v", err)
		}
	}
	return sks
}

// wantQuery reads an answer to its end, which must have the items of the SKs.
func (s *suite) wantQuery(t *testing.T, q store.Query, want []string) {
	t.Helper()
	items, err := s.pages(t, q, nil)
	if got := sks(items); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q and error %v, want %q", got, err, want)
	}
}

// pages reads an answer to its end, with something to do between two pages. A
// page may be short, but if it has a Next it has items, and so has the one that
// this leads to, unless they went between.
func (s *suite) pages(t *testing.T, q store.Query, between func()) (items []store.Keyed, err error) {
	t.Helper()
	seen := map[store.Key]bool{}
	for first := true; ; first = false {
		page, err := s.Query(t.Context(), q)
		for _, k := range page.Items {
			if seen[k.Key] {
				return items, fmt.Errorf("%q is there twice", k.SK)
			}
			seen[k.Key] = true
		}
		items = append(items, page.Items...)
		switch {
		case err != nil:
			return items, err
		case len(page.Items) > q.Cap():
			return items, fmt.Errorf("a page has %d items, want %d at most", len(page.Items), q.Cap())
		case len(page.Items) == 0 && page.Next != "":
			return items, fmt.Errorf("a page without items has the next %q", page.Next)
		case len(page.Items) == 0 && !first && between == nil:
			return items, fmt.Errorf("after the next %q there is nothing", q.After)
		case page.Next == "":
			return items, nil
		}
		q.After = page.Next
		if between != nil {
			between()
		}
	}
}

func sks(items []store.Keyed) (sks []string) {
	for _, k := range items {
		sks = append(sks, k.SK)
	}
	return sks
}

func reversed(s []string) []string {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}
