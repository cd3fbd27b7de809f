package storetest

import (
	"fmt"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
)

func (s *suite) transactor(t *testing.T) store.Transactor {
	t.Helper()
	tr, ok := s.Store.(store.Transactor)
	if !ok {
		t.Fatalf("%T is no store.Transactor", s.Store)
	}
	return tr
}

func testWriteAll(t *testing.T, s *suite) {
	num := func(n int64) store.Item { return store.Item{"n": n} }
	type step struct {
		had   store.Item // nil: none
		write store.Write
		want  store.Item
	}
	isOne := []store.Condition{{Attr: "n", Op: store.Equal, Value: int64(1)}}
	isNew := []store.Condition{{Attr: "n", Op: store.Absent}}
	set := store.Write{Set: num(7)}
	for _, tc := range []struct {
		name    string
		steps   []step
		refused int // which of them; -1: none
		fails   bool
	}{
		{"one", []step{{nil, set, num(7)}}, -1, false},
		{"of every kind", []step{
			{nil, store.Write{If: isNew, Set: num(7)}, num(7)},
			{num(1), store.Write{If: isOne, Add: map[string]int64{"n": 2}}, num(3)},
			{num(1), store.Write{If: isOne, Delete: true}, nil},
			{store.Item{"a": "1", "n": int64(1)}, store.Write{Remove: []string{"n"}}, store.Item{"a": "1"}},
			{store.Item{"a": "1", "n": int64(1)}, store.Write{Whole: true, Set: num(2)}, num(2)},
			{nil, store.Write{Delete: true}, nil},
			{num(1), store.Write{If: isOne}, num(1)},
			{nil, store.Write{If: isNew}, store.Item{}},
		}, -1, false},
		{"the first refused", []step{{num(2), store.Write{If: isOne, Set: num(7)}, num(2)}, {nil, set, nil}, {num(1), set, num(1)}}, 0, false},
		{"one between refused", []step{{nil, set, nil}, {num(1), store.Write{If: isNew, Set: num(7)}, num(1)}, {num(1), set, num(1)}}, 1, false},
		{"the last refused", []step{{nil, set, nil}, {num(1), store.Write{Delete: true}, num(1)}, {nil, store.Write{If: isOne, Set: num(7)}, nil}}, 2, false},
		{"a deletion refused", []step{{num(1), set, num(1)}, {num(2), store.Write{If: isOne, Delete: true}, num(2)}}, 1, false},
		{"a mere condition refused", []step{{num(1), set, num(1)}, {num(2), store.Write{If: isOne}, num(2)}}, 1, false},
		{"a sum too large", []step{{nil, set, nil}, {num(1 << 62), store.Write{Add: map[string]int64{"n": 1 << 62}}, num(1 << 62)}}, -1, true},
		{"a wrong type", []step{{nil, set, nil}, {store.Item{"n": "1"}, store.Write{Add: map[string]int64{"n": 1}}, store.Item{"n": "1"}}}, -1, true},
		{"a wrong value", []step{{nil, set, nil}, {num(1), store.Write{Set: store.Item{"n": 1}}, num(1)}}, -1, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var writes []store.Write
			for _, step := range tc.steps {
				step.write.Key = s.have(t, step.had)
				writes = append(writes, step.write)
			}
			err := s.transactor(t).WriteAll(t.Context(), writes)
			switch {
			case tc.fails:
				wantOther(t, err)
			case tc.refused >= 0:
				if refused := wantRefused(t, err, tc.steps[tc.refused].had); refused.At != tc.refused {
					t.Errorf("got write %d refused, want %d", refused.At, tc.refused)
				}
			case err != nil:
				t.Errorf("got error %v, want none", err)
			}
			for i, step := range tc.steps {
				s.wantItem(t, writes[i].Key, step.want)
			}
		})
	}
}

func testWriteAllBounds(t *testing.T, s *suite) {
	several := func(n int) (writes []store.Write) {
		pk := s.partition()
		for i := range n {
			writes = append(writes, store.Write{Key: store.Key{PK: pk, SK: fmt.Sprintf("%03d", i)}, Set: store.Item{"i": int64(i)}})
		}
		return writes
	}
	t.Run("100", func(t *testing.T) {
		writes := several(100)
		if err := s.transactor(t).WriteAll(t.Context(), writes); err != nil {
			t.Fatalf("got error %v, want none", err)
		}
		s.wantItem(t, writes[99].Key, store.Item{"i": int64(99)})
	})
	for name, writes := range map[string][]store.Write{
		"101":            several(101),
		"one twice":      append(several(2), store.Write{Key: store.Key{PK: "", SK: ""}}),
		"an invalid key": append(several(2), store.Write{Key: store.Key{PK: s.partition()}}),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "one twice" {
				writes[2].Key = writes[0].Key
			}
			wantOther(t, s.transactor(t).WriteAll(t.Context(), writes))
			s.wantItem(t, writes[0].Key, nil)
			s.wantItem(t, writes[1].Key, nil)
		})
	}
}
