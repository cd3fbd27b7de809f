package price

import (
	"math"
	"math/bits"
)

// sum adds up money without rounding: 128 bits of femto-dollars/2,000,000, so
// that half of a price, a millisecond's share of a second's and a pixel's of a
// million's are whole numbers too. What does not fit becomes the largest sum.
type sum struct{ hi, lo uint64 }

// How many parts of a sum are one of a price's.
const (
	whole       = 2_000_000
	half        = whole / 2
	thousandth  = whole / 1000
	millionth   = whole / 1_000_000
	perPicoUnit = 1000 * whole // one pico-dollar
)

// add adds n things at a price, of which a share is charged.
func (s *sum) add(price, n int64, share uint64) {
	if price <= 0 || n <= 0 {
		return
	}
	hi, lo := bits.Mul64(uint64(price), uint64(n))
	over, high := bits.Mul64(hi, share)
	carried, low := bits.Mul64(lo, share)
	high, c1 := bits.Add64(high, carried, 0)
	low, c2 := bits.Add64(s.lo, low, 0)
	high, c3 := bits.Add64(s.hi, high, c2)
	if over|c1|c3 != 0 {
		high, low = math.MaxUint64, math.MaxUint64
	}
	s.hi, s.lo = high, low
}

// plus is the sum of two sums.
func (s sum) plus(t sum) sum {
	lo, c := bits.Add64(s.lo, t.lo, 0)
	hi, over := bits.Add64(s.hi, t.hi, c)
	if over != 0 {
		return sum{math.MaxUint64, math.MaxUint64}
	}
	return sum{hi, lo}
}

// pico is the sum in pico-dollars, rounded half up: at most math.MaxInt64.
func (s sum) pico() int64 {
	s = s.plus(sum{lo: perPicoUnit / 2})
	if s.hi >= perPicoUnit {
		return math.MaxInt64
	}
	q, _ := bits.Div64(s.hi, s.lo, perPicoUnit)
	return int64(min(q, math.MaxInt64))
}
