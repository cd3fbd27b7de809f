package ledger

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWindow(t *testing.T) {
	half := Window{Unit: Period, Length: 30 * time.Minute, Anchor: date("2025-11-20 00:00:00")}
	month := Window{Unit: Period, Length: 30 * 24 * time.Hour, Anchor: date("2026-11-05 09:30:00")}
	for _, c := range []struct {
		window    Window
		at        string
		id, reset string
	}{
		{Window{}, "2026-11-20 10:00:00", "all", ""},
		{Window{Unit: Day}, "2026-11-20 00:00:00", "d:2026-11-20", "2026-11-21 00:00:00"},
		{Window{Unit: Day}, "2026-12-31 23:59:59", "d:2026-12-31", "2027-01-01 00:00:00"},
		{Window{Unit: Week}, "2026-11-20 10:00:00", "w:2026-W47", "2026-11-23 00:00:00"}, // a Friday
		{Window{Unit: Week}, "2026-11-22 23:59:59", "w:2026-W47", "2026-11-23 00:00:00"}, // a Sunday
		{Window{Unit: Week}, "2026-11-23 00:00:00", "w:2026-W48", "2026-11-30 00:00:00"}, // a Monday
		{Window{Unit: Week}, "2027-01-01 12:00:00", "w:2026-W53", "2027-01-04 00:00:00"}, // of the old year
		{Window{Unit: Month}, "2026-11-30 23:59:59", "m:2026-11", "2026-12-01 00:00:00"},
		{Window{Unit: Month}, "2026-12-01 00:00:00", "m:2026-12", "2027-01-01 00:00:00"},
		{half, "2025-11-20 02:29:59", "p:1800@1763596800:4", "2025-11-20 02:30:00"},
		{half, "2025-11-20 00:00:00", "p:1800@1763596800:0", "2025-11-20 00:30:00"},
		{half, "2025-11-19 23:59:59", "p:1800@1763596800:-1", "2025-11-20 00:00:00"},
		{half, "2025-11-19 23:30:00", "p:1800@1763596800:-1", "2025-11-20 00:00:00"},
		{half, "2025-11-19 23:29:59", "p:1800@1763596800:-2", "2025-11-19 23:30:00"},
		{month, "2026-12-05 09:29:59", "p:2592000@1793871000:0", "2026-12-05 09:30:00"},
	} {
		var reset time.Time
		if c.reset != "" {
			reset = date(c.reset)
		}
		// A clock in another place means the same.
		for _, at := range []time.Time{date(c.at), date(c.at).In(time.FixedZone("", -11*3600))} {
			if got := c.window.ID(at); got != c.id {
				t.Errorf("%s: got %s, want %s", at, got, c.id)
			}
			if got := c.window.Resets(at); !got.Equal(reset) {
				t.Errorf("%s in %s: resets %s, want %s", at, c.id, got, reset)
			}
		}
	}
}

// TestWindowEnds: a window's name holds until it resets, and not a second more.
func TestWindowEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(0, 4e9)
		w := Window{
			Unit:   rapid.SampledFrom([]Unit{Day, Week, Month, Period}).Draw(t, "unit"),
			Length: time.Duration(rapid.Int64Range(1, 4e6).Draw(t, "length")) * time.Second,
			Anchor: time.Unix(seconds.Draw(t, "anchor"), 0),
		}
		at := time.Unix(seconds.Draw(t, "at"), 0)
		reset := w.Resets(at)
		if !reset.After(at) {
			t.Fatalf("resets at %s, want after %s", reset, at)
		}
		if got, want := w.ID(reset.Add(-time.Second)), w.ID(at); got != want {
			t.Fatalf("got %s a second before it resets, want %s", got, want)
		}
		if got := w.ID(reset); got == w.ID(at) {
			t.Fatalf("got %s when it resets, want another", got)
		}
		if got := w.Resets(reset.Add(-time.Second)); !got.Equal(reset) {
			t.Fatalf("got %s, want %s", got, reset)
		}
	})
}

// TestID: ids sort by their times, and only ids are read.
func TestID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(0, 253402300799999) // the last of the year 9999
		tail := rapid.Custom(func(t *rapid.T) (b [10]byte) {
			copy(b[:], rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, "tail"))
			return b
		})
		a, b := time.UnixMilli(ms.Draw(t, "a")), time.UnixMilli(ms.Draw(t, "b"))
		first, second := ID(a, tail.Draw(t, "first")), ID(b, tail.Draw(t, "second"))
		if got, err := Began(first); err != nil || !got.Equal(a) {
			t.Fatalf("got %v, %v, want %v", got, err, a)
		}
		if !a.Equal(b) && a.Before(b) != (first < second) {
			t.Fatalf("%s and %s do not sort as %v and %v", first, second, a, b)
		}
	})
	if a, b := NewID(date("2026-11-20 10:00:00")), NewID(date("2026-11-20 10:00:00")); a == b || len(a) != 26 {
		t.Errorf("got %s and %s, want two ids of 26 letters", a, b)
	}
	for _, bad := range []string{"", "x", "06gvhkva00000000000000000", "06gvhkva0000000000000000000", "06GVHKVA000000000000000000", "06gvhkva00000000000000000/"} {
		if got, err := Began(bad); err == nil {
			t.Errorf("%q: got %s, want an error", bad, got)
		}
	}
}
