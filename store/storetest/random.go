package storetest

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"pgregory.net/rapid"
)

// testModel does anything in any order, to the store and to the model, which
// must then say the same.
func testModel(t *testing.T, s *suite) {
	sk := rapid.SampledFrom([]string{"a", "a\x00", "b", "é"})
	rapid.Check(t, func(r *rapid.T) {
		m := &model{now: s.clock.now, items: map[store.Key]timed{}}
		pk := s.partition()
		r.Repeat(map[string]func(*rapid.T){
			"write": func(r *rapid.T) {
				w := drawWrite(r, store.Key{PK: pk, SK: sk.Draw(r, "sk")}, s.clock.now())
				was := m.at(w.Key).item
				want, refused, invalid := m.write(w)
				got, err := insist(t.Context(), s, w)
				shown := new(store.Refused)
				switch {
				case refused:
					if !errors.As(err, &shown) || !same(shown.Item, was) {
						r.Fatalf("got %v and error %v (%v), want it refused for %v", got, err, shown.Item, was)
					}
				case invalid:
					if err == nil || errors.As(err, &shown) {
						r.Fatalf("got %v and error %v, want it to fail for %v", got, err, was)
					}
				case err != nil || !same(got, want):
					r.Fatalf("got %v and error %v, want %v", got, err, want)
				}
			},
			"time passes": func(r *rapid.T) {
				s.clock.advance(time.Duration(rapid.IntRange(1, 60).Draw(r, "seconds")) * time.Second)
			},
			"query": func(r *rapid.T) {
				q := store.Query{
					PK: pk, Prefix: rapid.SampledFrom([]string{"", "", "a", "a\x00", "é", "x"}).Draw(r, "prefix"),
					After: rapid.SampledFrom([]string{"", "", "Z", "a", "aa", "é"}).Draw(r, "after"), Reverse: rapid.Bool().Draw(r, "reverse"),
					Limit: rapid.IntRange(0, 3).Draw(r, "limit"), Consistent: true,
				}
				items, err := s.pages(t, q, nil)
				if want := m.query(q); err != nil || !slices.Equal(sks(items), want) {
					r.Fatalf("got %q and error %v, want %q", sks(items), err, want)
				}
			},
			"": func(r *rapid.T) {
				for _, sk := range []string{"a", "a\x00", "b", "é"} {
					key := store.Key{PK: pk, SK: sk}
					got, err := s.Get(t.Context(), key, true)
					want := m.at(key).item
					if err != nil && !errors.Is(err, store.ErrNotFound) || !same(got, want) {
						r.Fatalf("%q: got %v and error %v, want %v", sk, got, err, want)
					}
				}
			},
		})
	})
}

// drawWrite draws a valid write of few attributes and few values, so that
// writes meet.
func drawWrite(r *rapid.T, key store.Key, now time.Time) store.Write {
	w := store.Write{Key: key, Whole: rapid.IntRange(0, 4).Draw(r, "whole") == 0, Delete: rapid.IntRange(0, 6).Draw(r, "delete") == 0}
	value := rapid.SampledFrom([]store.Value{int64(0), int64(1), int64(-1), int64(math.MaxInt64), "", "1", "é", []byte{}, []byte("1"), []byte{0xff}})
	if rapid.Bool().Draw(r, "conditional") {
		ops := rapid.SampledFrom([]store.Op{store.Absent, store.Present, store.Equal, store.Unequal, store.Less, store.AtMost, store.More, store.AtLeast})
		for range rapid.IntRange(1, 2).Draw(r, "conditions") {
			c := store.Condition{Attr: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "of"), Op: ops.Draw(r, "op"), Value: value.Draw(r, "value")}
			c.OrAbsent = c.Op != store.Absent && c.Op != store.Present && rapid.Bool().Draw(r, "or absent")
			w.If = append(w.If, c)
		}
	}
	for _, name := range []string{"a", "b", "c"} {
		switch rapid.IntRange(0, 5).Draw(r, "with "+name) {
		case 0, 1:
			w.Set = with(w.Set, name, value.Draw(r, name))
		case 2:
			w.Add = with(w.Add, name, rapid.SampledFrom([]int64{1, 1, 40, -2, 0, math.MaxInt64, math.MinInt64}).Draw(r, name))
		case 3:
			w.Remove = append(w.Remove, name)
		}
	}
	if rapid.IntRange(0, 3).Draw(r, "expires") == 0 {
		w.Expires = now.Add(time.Duration(rapid.IntRange(-1, 60).Draw(r, "seconds")) * time.Second)
	}
	return w
}

func with[M ~map[string]V, V any](m M, name string, v V) M {
	if m == nil {
		m = M{}
	}
	m[name] = v
	return m
}
