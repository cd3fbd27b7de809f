package price

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestSum holds that sums are exact: those of math/big, rounded half up.
func TestSum(t *testing.T) {
	shares := []uint64{whole, half, thousandth, millionth}
	rapid.Check(t, func(t *rapid.T) {
		var got sum
		exact := new(big.Rat)
		for range rapid.IntRange(0, 9).Draw(t, "terms") {
			price := rapid.Int64Range(-1, math.MaxInt64).Draw(t, "price")
			n := rapid.Int64Range(-1, math.MaxInt64).Draw(t, "n")
			share := rapid.SampledFrom(shares).Draw(t, "share")
			got.add(price, n, share)
			if price > 0 && n > 0 {
				term := new(big.Rat).Mul(big.NewRat(price, 1), big.NewRat(n, 1))
				exact.Add(exact, term.Mul(term, big.NewRat(int64(share), whole*1000)))
			}
		}
		if want := nearest(exact); got.pico() != want {
			t.Fatalf("got %d pico-dollars, want %d", got.pico(), want)
		}
	})
}

func TestSumRoundsHalfUp(t *testing.T) {
	for _, tc := range []struct {
		femto, n int64
		share    uint64
		want     int64
	}{
		{499, 1, whole, 0},
		{500, 1, whole, 1},
		{1499, 1, whole, 1},
		{999, 1, half, 0},
		{1000, 1, half, 1},
		{1000, 500, thousandth, 1},
		{1_000_000, 499, millionth, 0},
		{1_000_000, 500, millionth, 1},
		{math.MaxInt64, math.MaxInt64, whole, math.MaxInt64},
	} {
		var s sum
		s.add(tc.femto, tc.n, tc.share)
		if got := s.pico(); got != tc.want {
			t.Errorf("%d x %d at %d: got %d pico-dollars, want %d", tc.femto, tc.n, tc.share, got, tc.want)
		}
	}
}
