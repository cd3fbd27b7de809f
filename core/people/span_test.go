package people_test

import (
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/people"
)

// TestSpan: LiteLLM's durations, and its documents' spellings of them.
func TestSpan(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct{ span, from, want string }{
		{"30s", "2026-11-21 12:00:00", "2026-11-21 12:00:30"},
		{"30m", "2026-11-21 12:00:00", "2026-11-21 12:30:00"},
		{"30min", "2026-11-21 12:00:00", "2026-11-21 12:30:00"},
		{"1h", "2026-11-21 23:30:00", "2026-11-22 00:30:00"},
		{"1hr", "2026-11-21 23:30:00", "2026-11-22 00:30:00"},
		{"30d", "2026-11-21 12:00:00", "2026-12-21 12:00:00"},
		{"2w", "2026-11-21 12:00:00", "2026-12-05 12:00:00"},
		{"1mo", "2026-11-21 12:00:00", "2026-12-21 12:00:00"},
		{"1mo", "2026-01-31 12:00:00", "2026-02-28 12:00:00"},
		{"2mo", "2026-12-31 12:00:00", "2027-02-28 12:00:00"},
		{"12months", "2028-02-29 12:00:00", "2029-02-28 12:00:00"},
		{"0s", "2026-11-21 12:00:00", "2026-11-21 12:00:00"},
		{"", "", ""},
		{"30", "", ""},
		{"h", "", ""},
		{"-1h", "", ""},
		{"+1h", "", ""},
		{"1.5h", "", ""},
		{"1h30m", "", ""},
		{"1 h", "", ""},
		{"1y", "", ""},
		{"1H", "", ""},
		{"99999999999999999999s", "", ""},
		{"999999999d", "", ""},
	} {
		t.Run(c.span, func(t *testing.T) {
			s, err := people.ParseSpan(c.span)
			if c.want == "" {
				if err == nil {
					t.Errorf("got %+v, want an error", s)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := s.After(at(c.from)).Format(time.DateTime); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestDollars: amounts are exact, and what is none is refused.
func TestDollars(t *testing.T) {
	for _, c := range []struct {
		json string
		want int64 // -1: an error
		back string
	}{
		{"0", 0, "0"},
		{"10", 10e12, "10"},
		{"0.1", 1e11, "0.1"},
		{"25.000000000000004", 25e12, "25"},
		{"1e-07", 1e5, "0.0000001"},
		{"1E2", 100e12, "100"},
		{"0.0000000000019", 1, "0.000000000001"},
		{"9000000", 9e18, "9000000"},
		{"9000000.000000000001", -1, ""},
		{"1e99", -1, ""},
		{"1e999", -1, ""},
		{`"10.5"`, 10.5e12, "10.5"},
		{`"0.0000001"`, 1e5, "0.0000001"},
		{"-1", -1, ""},
		{"-0.0", 0, "0"},
		{`""`, -1, ""},
		{`"ten"`, -1, ""},
		{`"1,5"`, -1, ""},
		{`"0x10"`, -1, ""},
		{"true", -1, ""},
		{"{}", -1, ""},
	} {
		t.Run(c.json, func(t *testing.T) {
			var d people.Dollars
			err := json.Unmarshal([]byte(c.json), &d)
			if c.want < 0 {
				if err == nil {
					t.Errorf("got %d, want an error", d)
				}
				return
			}
			back, backErr := json.Marshal(d)
			if err != nil || backErr != nil || int64(d) != c.want || string(back) != c.back {
				t.Errorf("got %d as %s, %v, %v, want %d as %s", d, back, err, backErr, c.want, c.back)
			}
		})
	}
}

// TestDollarsAreExact: every amount is read as it was written.
func TestDollarsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := people.Dollars(rapid.Int64Range(0, int64(people.MaxDollars)).Draw(t, "amount"))
		text, err := json.Marshal(want)
		var got people.Dollars
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || got != want {
			t.Errorf("got %d of %s, %v, want %d", got, text, err, want)
		}
	})
}

// FuzzDollars: whatever is sent is refused, or is the amount rounded down.
func FuzzDollars(f *testing.F) {
	for _, s := range []string{"0", "1.5", "1e-7", `"3"`, "-1", "9e6", "1e99"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d people.Dollars
		if !json.Valid(b) || b[0] == '"' || json.Unmarshal(b, &d) != nil {
			return
		}
		exact, ok := new(big.Rat).SetString(string(b))
		if !ok {
			return // null
		}
		exact.Mul(exact, big.NewRat(1e12, 1))
		if floor := new(big.Int).Quo(exact.Num(), exact.Denom()); floor.Int64() != int64(d) {
			t.Errorf("got %d of %s, want %s", d, b, floor)
		}
	})
}

// FuzzParseSpan: whatever is sent is refused, or ends after it begins.
func FuzzParseSpan(f *testing.F) {
	for _, s := range []string{"30s", "30min", "1mo", "", "-1", "9999999999w"} {
		f.Add(s)
	}
	start := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := people.ParseSpan(text)
		if err != nil {
			return
		}
		if end := s.After(start); end.Before(start) || s.N > 0 && !end.After(start) || end.Year() > 2200 {
			t.Errorf("got the end %v of %q", end, text)
		}
	})
}
