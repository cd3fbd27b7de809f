package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

func testKeys(t *testing.T, s *suite) {
	long := func(s string, n int) string { return s + strings.Repeat("k", n-len(s)) }
	for _, tc := range []struct {
		name  string
		key   func(pk string) store.Key
		fails bool
	}{
		{"longest", func(pk string) store.Key { return store.Key{PK: long(pk, 1000), SK: long("", 500)} }, false},
		{"one byte", func(pk string) store.Key { return store.Key{PK: pk, SK: "k"} }, false},
		{"PK too long", func(pk string) store.Key { return store.Key{PK: long(pk, 1001), SK: "#"} }, true},
		{"SK too long", func(pk string) store.Key { return store.Key{PK: pk, SK: long("", 501)} }, true},
		{"SK too long in bytes", func(pk string) store.Key { return store.Key{PK: pk, SK: strings.Repeat("é", 251)} }, true},
		{"no PK", func(pk string) store.Key { return store.Key{SK: pk} }, true},
		{"no SK", func(pk string) store.Key { return store.Key{PK: pk} }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			key, item := tc.key(s.partition()), store.Item{"a": "1"}
			if !tc.fails {
				s.put(t, store.Write{Key: key, Set: item})
				s.wantItem(t, key, item)
				return
			}
			_, err := s.Write(t.Context(), store.Write{Key: key, Set: item})
			wantOther(t, err)
			if got, err := s.Get(t.Context(), key, true); err == nil {
				t.Errorf("get: got %v, want an error", got)
			}
		})
	}
	// Keys that begin alike, or would be alike if they were put together.
	near := []store.Key{{PK: "a", SK: "b#c"}, {PK: "a#b", SK: "c"}, {PK: "a", SK: "b"}, {PK: "A", SK: "b"}, {PK: "a", SK: "B"}, {PK: "a ", SK: "b"}, {PK: "a", SK: "b "}, {PK: "a\x00", SK: "b"}, {PK: "é", SK: "b"}, {PK: "e\u0301", SK: "b"}}
	pk := s.partition()
	for _, k := range near {
		s.put(t, store.Write{Key: store.Key{PK: pk + k.PK, SK: k.SK}, Set: store.Item{"is": k.PK + "|" + k.SK}})
	}
	for _, k := range near {
		s.wantItem(t, store.Key{PK: pk + k.PK, SK: k.SK}, store.Item{"is": k.PK + "|" + k.SK})
	}
}

// testBinary has keys and strings that are not UTF-8. A store may refuse them,
// but must not take one for another.
func testBinary(t *testing.T, s *suite) {
	pk := s.partition()
	var kept []string
	for _, sk := range []string{"\x80", "\xc3", "\xef\xbf\xbd", "\xfe", "\xff"} {
		for _, key := range []store.Key{{PK: pk, SK: sk}, {PK: pk + sk, SK: "#"}} {
			_, err := s.Write(t.Context(), store.Write{Key: key, If: []store.Condition{{Attr: "is", Op: store.Absent}}, Set: store.Item{"is": []byte(sk)}})
			if err != nil {
				wantOther(t, err)
				continue
			}
			s.wantItem(t, key, store.Item{"is": []byte(sk)})
			if key.PK == pk {
				kept = append(kept, sk)
			}
		}
		key := s.key()
		if _, err := s.Write(t.Context(), store.Write{Key: key, Set: store.Item{"is": sk}}); err != nil {
			wantOther(t, err)
			continue
		}
		s.wantItem(t, key, store.Item{"is": sk})
	}
	s.wantQuery(t, store.Query{PK: pk, Consistent: true}, kept)
}

// testCopies holds that what a caller has and what the store has are two things.
func testCopies(t *testing.T, s *suite) {
	set := store.Item{"a": "1"}
	key := s.key()
	written := s.put(t, store.Write{Key: key, Set: set})
	set["a"], written["a"], written["b"] = "caller's", "caller's", "caller's"
	want := store.Item{"a": "1"}
	s.wantItem(t, key, want)

	got, err := s.Get(t.Context(), key, true)
	if err != nil {
		t.Fatal(err)
	}
	got["a"] = "caller's"
	page, err := s.Query(t.Context(), store.Query{PK: key.PK, Consistent: true})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("got %d items and error %v, want 1", len(page.Items), err)
	}
	page.Items[0].Item["a"] = "caller's"
	_, err = s.Write(t.Context(), store.Write{Key: key, If: []store.Condition{{Attr: "a", Op: store.Absent}}})
	wantRefused(t, err, want).Item["a"] = "caller's"
	s.wantItem(t, key, want)
}

// testCancelled holds that nothing is done for a caller that is gone.
func testCancelled(t *testing.T, s *suite) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	key := s.have(t, store.Item{"a": "1"})
	w := store.Write{Key: key, Set: store.Item{"a": "2"}}
	_, get := s.Get(ctx, key, true)
	_, write := s.Write(ctx, w)
	_, query := s.Query(ctx, store.Query{PK: key.PK})
	for name, err := range map[string]error{
		"get": get, "write": write, "query": query, "write all": s.transactor(t).WriteAll(ctx, []store.Write{w}),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got error %v, want context.Canceled", name, err)
		}
	}
	s.wantItem(t, key, store.Item{"a": "1"})
}

// testInconsistent reads what may be a second old, which comes to be new.
func testInconsistent(t *testing.T, s *suite) {
	want := store.Item{"a": "new"}
	key := s.have(t, store.Item{"a": "old"})
	s.put(t, store.Write{Key: key, Set: want})
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		item, get := s.Get(t.Context(), key, false)
		page, query := s.Query(t.Context(), store.Query{PK: key.PK})
		if get == nil && query == nil && len(page.Items) == 1 && same(item, want) && same(page.Items[0].Item, want) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %v, %v and errors %v, %v; want %v", item, page.Items, get, query, want)
		}
	}
	s.put(t, store.Write{Key: key, Delete: true})
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		item, err := s.Get(t.Context(), key, false)
		if errors.Is(err, store.ErrNotFound) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %v and error %v, want ErrNotFound", item, err)
		}
	}
}
