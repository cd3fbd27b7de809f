package spend

import (
	"errors"
	"maps"
	"math"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// FuzzDecode: whatever is in the place of a document, reading it ends without a
// panic, and what can be read is written as something that reads the same.
func FuzzDecode(f *testing.F) {
	for _, c := range []Cube{nil, {Cell{Key: "k"}: {Cost: 1}}, {Cell{Tags: "a\nb", Op: "chat"}: {Cost: -7, Hits: 3}, Cell{}: {}}} {
		b, err := c.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decode(b)
		if err != nil {
			return
		}
		again, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		if same, err := decode(again); err != nil || !maps.Equal(c, same) {
			t.Errorf("got %v, %v, want %v", same, err, c)
		}
	})
}

// TestOverflow: a sum that is too large is an error, and changes nothing.
func TestOverflow(t *testing.T) {
	for _, c := range []struct {
		a, b int64
		fits bool
	}{{math.MaxInt64, 0, true}, {math.MaxInt64, 1, false}, {math.MinInt64, -1, false}, {math.MaxInt64, math.MinInt64, true}, {9e18, 9e18, false}} {
		s := Sums{Cost: c.a, In: 1}
		err := s.Add(Sums{Cost: c.b, In: 1})
		if fits := err == nil; fits != c.fits || !fits && (s != Sums{Cost: c.a, In: 1} || !errors.Is(err, ErrOverflow)) {
			t.Errorf("%d and %d: got %v, %v, want that it fits: %v", c.a, c.b, s, err, c.fits)
		}
	}
}

// TestLargeDocument: a document of several items is read as it was written, also
// by who began to read the one before it, and leaves nothing of that one behind.
func TestLargeDocument(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	b := &Book{Store: memory.New(func() time.Time { return now }), Now: func() time.Time { return now }}
	key := store.Key{PK: "AG#all#", SK: "2026-11-21"}
	for _, cells := range []int{60_000, 40_000, 10} {
		want := Cube{}
		for i := range cells {
			want[Cell{EndUser: name(i), User: name(i * 7919)}] = Sums{Cost: int64(i * i * 104_729)}
		}
		was, err := b.load(t.Context(), key)
		if err == nil {
			err = b.save(t.Context(), key, was, want, time.Time{})
		}
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(2 * time.Hour)
		page, err := b.Store.Query(t.Context(), store.Query{PK: key.PK})
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.load(t.Context(), key)
		if err != nil || !maps.Equal(got.cube, want) || len(page.Items) != 1+(len(got.bytes)-1)/partSize {
			t.Errorf("%d cells: got %d, %v, in %d items of %d bytes", cells, len(got.cube), err, len(page.Items), len(got.bytes))
		}
		visited := 0
		err = b.documents(t.Context(), store.Query{PK: key.PK}, func(_ string, d document) error { visited += len(d.cube); return nil })
		if err != nil || visited != cells {
			t.Errorf("got %d cells, %v, want %d", visited, err, cells)
		}
	}
}

// name is a text that does not compress well.
func name(i int) string {
	x := uint64(i)*0x9e3779b97f4a7c15 + 1
	var b [12]byte
	for j := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[j] = 'a' + byte(x%26)
	}
	return string(b[:])
}
