package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// testExpiry is about items that are gone when their time has come, whether or
// not the database has noticed.
func testExpiry(t *testing.T, s *suite) {
	old := store.Item{"a": "old", "n": int64(40)}
	// expired makes an item that was there until a moment ago.
	expired := func(t *testing.T) store.Key {
		t.Helper()
		key := s.key()
		s.put(t, store.Write{Key: key, Set: old, Expires: s.clock.now().Add(time.Hour)})
		s.wantItem(t, key, old)
		s.clock.advance(time.Hour - time.Second)
		s.wantItem(t, key, old)
		s.clock.advance(time.Second)
		return key
	}
	t.Run("read", func(t *testing.T) { s.wantItem(t, expired(t), nil) })
	t.Run("query", func(t *testing.T) { s.wantQuery(t, store.Query{PK: expired(t).PK, Consistent: true}, nil) })
	t.Run("in the past", func(t *testing.T) {
		key := s.have(t, old)
		s.put(t, store.Write{Key: key, Expires: s.clock.now().Add(-time.Second)})
		s.wantItem(t, key, nil)
	})
	for _, tc := range []struct {
		name    string
		write   store.Write
		want    store.Item
		refused bool
	}{
		{"set", store.Write{Set: store.Item{"b": "new"}}, store.Item{"b": "new"}, false},
		{"add", store.Write{Add: map[string]int64{"n": 2}}, store.Item{"n": int64(2)}, false},
		{"nothing", store.Write{}, store.Item{}, false},
		{"remove", store.Write{Remove: []string{"a"}}, store.Item{}, false},
		{"whole", store.Write{Whole: true, Set: store.Item{"b": "new"}}, store.Item{"b": "new"}, false},
		{"delete", store.Write{Delete: true}, nil, false},
		{"add to what was text", store.Write{Add: map[string]int64{"a": 2}}, store.Item{"a": int64(2)}, false},
		{"absent", store.Write{If: []store.Condition{{Attr: "a", Op: store.Absent}}, Set: store.Item{"b": "new"}}, store.Item{"b": "new"}, false},
		{"or absent", store.Write{If: []store.Condition{{Attr: "n", Op: store.Less, Value: int64(1), OrAbsent: true}}, Add: map[string]int64{"n": 1}}, store.Item{"n": int64(1)}, false},
		{"present", store.Write{If: []store.Condition{{Attr: "a", Op: store.Present}}, Set: store.Item{"b": "new"}}, nil, true},
		{"equal", store.Write{If: []store.Condition{{Attr: "a", Op: store.Equal, Value: "old"}}, Set: store.Item{"b": "new"}}, nil, true},
		{"delete if present", store.Write{If: []store.Condition{{Attr: "a", Op: store.Present}}, Delete: true}, nil, true},
	} {
		for _, beside := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, write all %v", tc.name, beside), func(t *testing.T) {
				tc.write.Key = expired(t)
				var got store.Item
				var err error
				if beside {
					err = s.transactor(t).WriteAll(t.Context(), []store.Write{{Key: s.key()}, tc.write})
				} else {
					got, err = s.Write(t.Context(), tc.write)
				}
				switch {
				case tc.refused:
					wantRefused(t, err, nil)
				case err != nil || !beside && !same(got, tc.want):
					t.Errorf("got %v and error %v, want %v", brief(got), err, brief(tc.want))
				}
				s.wantItem(t, tc.write.Key, tc.want)
				// What was made anew does not expire, as nothing said it should.
				s.clock.advance(1000 * time.Hour)
				s.wantItem(t, tc.write.Key, tc.want)
			})
		}
	}
	t.Run("kept by later writes", func(t *testing.T) {
		for name, w := range map[string]store.Write{
			"set": {Set: store.Item{"b": "1"}}, "add": {Add: map[string]int64{"n": 1}}, "whole": {Whole: true, Set: store.Item{"b": "1"}},
		} {
			key := s.key()
			s.put(t, store.Write{Key: key, Set: old, Expires: s.clock.now().Add(time.Hour)})
			w.Key = key
			s.put(t, w)
			if _, err := s.Get(t.Context(), key, true); err != nil {
				t.Errorf("%s: got error %v before its time, want the item", name, err)
			}
			s.clock.advance(time.Hour)
			if got, err := s.Get(t.Context(), key, true); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: got %v and error %v, want it expired as before", name, brief(got), err)
			}
		}
	})
	t.Run("put off", func(t *testing.T) {
		key := s.key()
		s.put(t, store.Write{Key: key, Set: old, Expires: s.clock.now().Add(time.Hour)})
		s.put(t, store.Write{Key: key, Expires: s.clock.now().Add(2 * time.Hour)})
		s.clock.advance(time.Hour)
		s.wantItem(t, key, old)
		s.clock.advance(time.Hour)
		s.wantItem(t, key, nil)
	})
	t.Run("an empty item", func(t *testing.T) {
		key := s.key()
		s.put(t, store.Write{Key: key, Expires: s.clock.now().Add(time.Hour)})
		s.wantItem(t, key, store.Item{})
		s.clock.advance(time.Hour)
		s.wantItem(t, key, nil)
	})
	t.Run("deleted, then made again", func(t *testing.T) {
		key := s.key()
		s.put(t, store.Write{Key: key, Set: old, Expires: s.clock.now().Add(time.Hour)})
		s.put(t, store.Write{Key: key, Delete: true})
		s.put(t, store.Write{Key: key, Set: old})
		s.clock.advance(time.Hour)
		s.wantItem(t, key, old)
	})
}
