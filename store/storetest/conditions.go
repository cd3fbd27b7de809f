package storetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
)

// ascending lists values in the order that a store must see them in. Each
// triple has a trap for a database that compares them as something else.
func ascending() map[string][]store.Value {
	return map[string][]store.Value{
		"number":         {int64(-7), int64(9), int64(10)},
		"number extreme": {int64(math.MinInt64), int64(math.MaxInt64 - 1), int64(math.MaxInt64)},
		"string":         {"", "B", "a"},
		"string longer":  {"10", "9", "9 "},
		"string unicode": {"z", "\uffff", "\U00010000"},
		"string zero":    {"a", "a\x00", "a\x00b"},
		"bytes":          {[]byte{}, []byte{0}, []byte{0xff}},
		"bytes longer":   {[]byte{1}, []byte{1, 0}, []byte{2}},
	}
}

func opNames() map[store.Op]string {
	return map[store.Op]string{
		store.Absent: "Absent", store.Present: "Present", store.Equal: "Equal", store.Unequal: "Unequal",
		store.Less: "Less", store.AtMost: "AtMost", store.More: "More", store.AtLeast: "AtLeast",
	}
}

// comparison is a condition about an attribute, and whether it holds.
type comparison struct {
	name  string
	has   store.Value // nil: the item has no such attribute
	asks  store.Value
	holds []store.Op
}

func comparisons() []comparison {
	less, equal, more := []store.Op{store.Present, store.Unequal, store.Less, store.AtMost},
		[]store.Op{store.Present, store.Equal, store.AtMost, store.AtLeast},
		[]store.Op{store.Present, store.Unequal, store.More, store.AtLeast}
	var all []comparison
	for name, v := range ascending() {
		all = append(
			all,
			comparison{name + " below", v[0], v[1], less},
			comparison{name + " just below", v[1], v[2], less},
			comparison{name + " same", v[1], v[1], equal},
			comparison{name + " same low", v[0], v[0], equal},
			comparison{name + " same high", v[2], v[2], equal},
			comparison{name + " above", v[2], v[1], more},
			comparison{name + " just above", v[1], v[0], more},
			comparison{name + " without", nil, v[1], []store.Op{store.Absent}},
		)
	}
	other := []store.Op{store.Present} // what is of another type compares in no way
	return append(
		all,
		comparison{"number asked for string", int64(1), "1", other},
		comparison{"number asked for bytes", int64(1), []byte("1"), other},
		comparison{"string asked for number", "1", int64(1), other},
		comparison{"string asked for bytes", "1", []byte("1"), other},
		comparison{"bytes asked for number", []byte("1"), int64(1), other},
		comparison{"bytes asked for string", []byte("1"), "1", other},
	)
}

func testConditions(t *testing.T, s *suite) {
	for _, c := range comparisons() {
		t.Run(c.name, func(t *testing.T) {
			item := store.Item{"other": "stays"}
			if c.has != nil {
				item["a"] = c.has
			}
			key := s.have(t, item)
			for op, name := range opNames() {
				holds := false
				for _, h := range c.holds {
					holds = holds || h == op
				}
				for _, orAbsent := range []bool{false, true} {
					if orAbsent && (op == store.Absent || op == store.Present) {
						continue // says nothing of these
					}
					condition := store.Condition{Attr: "a", Op: op, Value: c.asks, OrAbsent: orAbsent}
					what := fmt.Sprintf("%v %s %v, or absent %v", c.has, name, c.asks, orAbsent)
					s.try(t, what, key, item, condition, holds || orAbsent && c.has == nil)
					if c.has == nil {
						s.try(t, "no item: "+what, s.key(), nil, condition, holds || orAbsent)
					}
				}
			}
		})
	}
}

// try writes under a condition, with which the item is as before.
func (s *suite) try(t *testing.T, what string, key store.Key, item store.Item, c store.Condition, holds bool) {
	t.Helper()
	w := store.Write{Key: key, If: []store.Condition{c}, Set: store.Item{"other": "stays"}}
	if !holds {
		w.Set = store.Item{"other": "was written"}
	}
	got, err := s.Write(t.Context(), w)
	switch {
	case holds && err != nil:
		t.Errorf("%s: got error %v, want it to hold", what, err)
	case !holds && err == nil:
		t.Errorf("%s: got %v written, want a refusal", what, brief(got))
	case !holds:
		if refused := wantRefused(t, err, item); refused.At != 0 {
			t.Errorf("%s: got write %d refused, want 0", what, refused.At)
		}
		s.wantItem(t, key, item)
	}
}

// testSeveralConditions is about conditions of more than one fact, as a budget
// has them.
func testSeveralConditions(t *testing.T, s *suite) {
	account := store.Item{"lim": int64(100), "cm": int64(60), "h#1": []byte("hold")}
	hold := func(id string, limit, amount int64) []store.Condition {
		return []store.Condition{
			{Attr: "h#" + id, Op: store.Absent},
			{Attr: "lim", Op: store.Equal, Value: limit, OrAbsent: true},
			{Attr: "cm", Op: store.AtMost, Value: limit - amount, OrAbsent: true},
		}
	}
	for _, tc := range []struct {
		name  string
		item  store.Item
		if_   []store.Condition
		holds bool
	}{
		{"all hold", account, hold("2", 100, 40), true},
		{"no item", nil, hold("2", 100, 40), true},
		{"the first fails", account, hold("1", 100, 40), false},
		{"one between fails", account, hold("2", 90, 10), false},
		{"the last fails", account, hold("2", 100, 41), false},
		{"a range", account, []store.Condition{{Attr: "cm", Op: store.More, Value: int64(59)}, {Attr: "cm", Op: store.Less, Value: int64(61)}}, true},
		{"beside a range", account, []store.Condition{{Attr: "cm", Op: store.More, Value: int64(60)}, {Attr: "cm", Op: store.Less, Value: int64(61)}}, false},
		{"an item without attributes", store.Item{}, []store.Condition{{Attr: "cm", Op: store.Present}}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			key := s.have(t, tc.item)
			for _, w := range []store.Write{
				{Key: key, If: tc.if_, Add: map[string]int64{"x": 1}},
				{Key: key, If: tc.if_, Whole: true, Set: store.Item{"x": int64(1)}},
				{Key: key, If: tc.if_, Delete: true},
			} {
				if _, err := s.Write(t.Context(), w); tc.holds {
					if err != nil {
						t.Errorf("got error %v, want it to hold", err)
					}
					return // the first: the item is another now
				} else {
					wantRefused(t, err, tc.item)
				}
				s.wantItem(t, key, tc.item)
			}
		})
	}
}
