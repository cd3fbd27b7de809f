package faults

import "math/rand/v2"

// Kind is a way to fail.
type Kind uint8

// The kinds. A Get or Query that is lost or late is lost in the same way.
const (
	None       Kind = iota // the call is carried out
	Throttled              // it is not: store.ErrThrottled
	LostBefore             // it is not: ErrLost
	LostAfter              // it is, but: ErrLost
	Late                   // it is not yet: ErrLost
	Slow                   // it is, in its own time
)

func (k Kind) String() string {
	return [...]string{"none", "throttled", "lost before", "lost after", "late", "slow"}[k]
}

// Fault is what happens to a call.
type Fault struct {
	Kind Kind
	// Writes is how many more writes of its item come before a late write, by
	// whomever: 1 is after a retry, more are after what follows that. 0: it is
	// carried out by Land.
	Writes int
}

// Rates are the chances of each kind for each call, from 0 to 1 and no more
// than 1 together.
type Rates struct{ Throttled, LostBefore, LostAfter, Late, Slow float64 }

// mostWrites bounds how many writes a late one comes after.
const mostWrites = 4

// Seeded draws faults: that of a call depends on the seed and the call's number
// alone. Goroutines that race for numbers race for faults.
func Seeded(seed uint64, rates Rates) func(Point) Fault {
	return func(p Point) Fault {
		r := rand.New(rand.NewPCG(seed, uint64(p.Call)))
		at := r.Float64()
		for _, kind := range []struct {
			kind Kind
			rate float64
		}{
			{Throttled, rates.Throttled},
			{LostBefore, rates.LostBefore},
			{LostAfter, rates.LostAfter},
			{Late, rates.Late},
			{Slow, rates.Slow},
		} {
			if at -= kind.rate; at < 0 {
				if kind.kind == Late {
					return Fault{Late, r.IntN(mostWrites + 1)}
				}
				return Fault{Kind: kind.kind}
			}
		}
		return Fault{}
	}
}
