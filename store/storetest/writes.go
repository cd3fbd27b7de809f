package storetest

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
)

// change is what a write makes of an item.
type change struct {
	name  string
	had   store.Item // nil: none
	write store.Write
	want  store.Item // nil: none
	fails bool       // and leaves what was there
}

func changes() []change {
	a, ab := store.Item{"a": "1"}, store.Item{"a": "1", "b": int64(2)}
	add := func(n int64) store.Write { return store.Write{Add: map[string]int64{"b": n}} }
	number := func(n int64) store.Item { return store.Item{"b": n} }
	return []change{
		{name: "nothing makes an item", want: store.Item{}},
		{name: "nothing changes nothing", had: ab, want: ab},
		{name: "set makes an item", write: store.Write{Set: ab}, want: ab},
		{name: "set adds an attribute", had: a, write: store.Write{Set: number(2)}, want: ab},
		{name: "set replaces", had: ab, write: store.Write{Set: store.Item{"a": "2"}}, want: store.Item{"a": "2", "b": int64(2)}},
		{name: "set changes the type", had: number(2), write: store.Write{Set: store.Item{"b": "two"}}, want: store.Item{"b": "two"}},
		{
			name: "values that are nothing", write: store.Write{Set: store.Item{"s": "", "n": int64(0), "b": []byte{}, "nil": []byte(nil)}},
			want: store.Item{"s": "", "n": int64(0), "b": []byte{}, "nil": []byte{}},
		},
		{
			name: "values that look like others", write: store.Write{Set: store.Item{"s": "12", "t": "true", "u": "null", "b": []byte("12")}},
			want: store.Item{"s": "12", "t": "true", "u": "null", "b": []byte("12")},
		},
		{
			name: "values of all bytes", write: store.Write{Set: store.Item{"b": []byte{0, 1, 0x7f, 0x80, 0xc3, 0xff}, "s": "\x00\x01é\u2028\U0001f600"}},
			want: store.Item{"b": []byte{0, 1, 0x7f, 0x80, 0xc3, 0xff}, "s": "\x00\x01é\u2028\U0001f600"},
		},
		{
			name: "numbers that a float rounds", write: store.Write{Set: store.Item{"x": int64(1<<53 + 1), "y": int64(math.MaxInt64), "z": int64(math.MinInt64)}},
			want: store.Item{"x": int64(1<<53 + 1), "y": int64(math.MaxInt64), "z": int64(math.MinInt64)},
		},
		{name: "add makes an item", write: add(5), want: number(5)},
		{name: "add to none", had: a, write: add(2), want: ab},
		{name: "add grows", had: number(2), write: add(40), want: number(42)},
		{name: "add shrinks", had: number(2), write: add(-44), want: number(-42)},
		{name: "add nothing", had: number(2), write: add(0), want: number(2)},
		{name: "add nothing to none", write: add(0), want: number(0)},
		{name: "add beyond a float", had: number(1 << 53), write: add(1), want: number(1<<53 + 1)},
		{name: "add up to the most", had: number(math.MaxInt64 - 1), write: add(1), want: number(math.MaxInt64)},
		{name: "add down to the least", had: number(math.MinInt64 + 1), write: add(-1), want: number(math.MinInt64)},
		{name: "add the most to the least", had: number(math.MinInt64), write: add(math.MaxInt64), want: number(-1)},
		{name: "add the least to none", write: add(math.MinInt64), want: number(math.MinInt64)},
		{name: "add too much", had: number(math.MaxInt64), write: add(1), fails: true},
		{name: "add far too much", had: number(math.MaxInt64), write: add(math.MaxInt64), fails: true},
		{name: "take too much", had: number(math.MinInt64), write: add(-1), fails: true},
		{name: "take far too much", had: number(-1), write: add(math.MinInt64), fails: true},
		{name: "add to a string", had: store.Item{"b": "2"}, write: add(1), fails: true},
		{name: "add to bytes", had: store.Item{"b": []byte("2")}, write: add(1), fails: true},
		{
			name: "one addition of two fails", had: store.Item{"b": int64(1), "c": "text"},
			write: store.Write{Add: map[string]int64{"b": 1, "c": 1}}, fails: true,
		},
		{name: "remove", had: ab, write: store.Write{Remove: []string{"b"}}, want: a},
		{name: "remove what is not there", had: a, write: store.Write{Remove: []string{"b", "c"}}, want: a},
		{name: "remove the last", had: a, write: store.Write{Remove: []string{"a"}}, want: store.Item{}},
		{name: "remove from none", write: store.Write{Remove: []string{"a"}}, want: store.Item{}},
		{
			name: "all at once", had: store.Item{"a": "1", "b": int64(2), "c": "3", "d": "4"},
			write: store.Write{Set: store.Item{"a": []byte("x")}, Add: map[string]int64{"b": 1}, Remove: []string{"c"}},
			want:  store.Item{"a": []byte("x"), "b": int64(3), "d": "4"},
		},
		{name: "whole", had: ab, write: store.Write{Whole: true, Set: store.Item{"c": "3"}}, want: store.Item{"c": "3"}},
		{name: "whole makes an item", write: store.Write{Whole: true, Set: ab}, want: ab},
		{name: "whole of nothing", had: ab, write: store.Write{Whole: true}, want: store.Item{}},
		{name: "whole with a sum of its own", had: a, write: store.Write{Whole: true, Add: map[string]int64{"b": 3}}, want: number(3)},
		{name: "delete", had: ab, write: store.Write{Delete: true}},
		{name: "delete none", write: store.Write{Delete: true}},
		{name: "delete an empty one", had: store.Item{}, write: store.Write{Delete: true}},
		{name: "a value of another type", had: a, write: store.Write{Set: store.Item{"b": 2}}, fails: true},
		{name: "a float", had: a, write: store.Write{Set: store.Item{"b": 2.5}}, fails: true},
		{name: "a bool", had: a, write: store.Write{Set: store.Item{"b": true}}, fails: true},
		{name: "no value", had: a, write: store.Write{Set: store.Item{"b": nil}}, fails: true},
		{name: "set and added to", had: number(2), write: store.Write{Set: number(2), Add: map[string]int64{"b": 1}}, fails: true},
		{name: "set and removed", had: number(2), write: store.Write{Set: number(2), Remove: []string{"b"}}, fails: true},
		{name: "removed twice", had: number(2), write: store.Write{Remove: []string{"b", "b"}}, fails: true},
	}
}

func testWrites(t *testing.T, s *suite) {
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			c.write.Key = s.have(t, c.had)
			got, err := s.Write(t.Context(), c.write)
			switch {
			case c.fails:
				wantOther(t, err)
				c.want = c.had
			case err != nil || !same(got, c.want):
				t.Errorf("got %v and error %v, want %v", brief(got), err, brief(c.want))
			}
			s.wantItem(t, c.write.Key, c.want)
		})
		t.Run(c.name+" beside another", func(t *testing.T) {
			c.write.Key = s.have(t, c.had)
			other := store.Write{Key: s.key(), Set: store.Item{"a": "other"}}
			err := s.transactor(t).WriteAll(t.Context(), []store.Write{other, c.write})
			switch {
			case c.fails:
				wantOther(t, err)
				c.want, other.Set = c.had, nil
			case err != nil:
				t.Errorf("got error %v, want none", err)
			}
			s.wantItem(t, c.write.Key, c.want)
			s.wantItem(t, other.Key, other.Set)
		})
	}
}

// testNames has attributes whose names mean something in one query language or
// another, and those of the ledger.
func testNames(t *testing.T, s *suite) {
	item := store.Item{}
	for _, name := range []string{
		"h#0190b3c0-7d2f/1/2", "name", "size", "status", "ttl", "PK", "pk", "SK", "Key", "item", "value", "a.b", "a[0]", "a b",
		":v", "#n", "$.x", "'", `"`, `\`, ";--", "%", "_", "é", "\U0001f600", "0", "-", store.Index1PK, strings.Repeat("n", 200),
	} {
		item[name] = "value of " + name
	}
	key := s.have(t, item)
	s.wantItem(t, key, item)
	for name := range item {
		is := []store.Condition{{Attr: name, Op: store.Equal, Value: "value of " + name}}
		if _, err := s.Write(t.Context(), store.Write{Key: key, If: is, Set: store.Item{name: "another"}}); err != nil {
			t.Errorf("set %q under a condition: got error %v, want none", name, err)
		}
		item[name] = "another"
	}
	s.wantItem(t, key, item)
	for name := range item {
		s.put(t, store.Write{Key: key, Remove: []string{name}, Add: map[string]int64{"sum of " + name: 1}})
	}
	numbers := store.Item{}
	for name := range item {
		numbers["sum of "+name] = int64(1)
	}
	s.wantItem(t, key, numbers)
}

// testLarge has values as large as a store must take them.
func testLarge(t *testing.T, s *suite) {
	const size = 350_000
	for name, v := range map[string]store.Value{
		"string": strings.Repeat("a", size), "unicode": strings.Repeat("é", size/2), "bytes": bytes.Repeat([]byte{0, 0xff}, size/2),
	} {
		t.Run(name, func(t *testing.T) {
			key := s.have(t, store.Item{"v": v})
			s.wantItem(t, key, store.Item{"v": v})
			_, err := s.Write(t.Context(), store.Write{Key: key, If: []store.Condition{{Attr: "v", Op: store.Absent}}})
			wantRefused(t, err, store.Item{"v": v})
			s.wantQuery(t, store.Query{PK: key.PK, Consistent: true}, []string{key.SK})
		})
	}
}

// testLargePage has a partition of more than a database gives at once.
func testLargePage(t *testing.T, s *suite) {
	pk := s.partition()
	var want []string
	for i := range 7 {
		want = append(want, strings.Repeat("k", i+1))
		s.put(t, store.Write{Key: store.Key{PK: pk, SK: want[i]}, Set: store.Item{"v": bytes.Repeat([]byte{byte(i)}, 350_000)}})
	}
	for _, limit := range []int{0, 1, 5} {
		s.wantQuery(t, store.Query{PK: pk, Limit: limit, Consistent: true}, want)
		s.wantQuery(t, store.Query{PK: pk, Limit: limit, Consistent: true, Reverse: true}, reversed(want))
	}
}
