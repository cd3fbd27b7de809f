package spend

import (
	"context"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
)

// mostAtOnce is how much time is summed in one step by who comes late.
const mostAtOnce = time.Hour

// Update brings the documents up to now, as far as they can be. It may be ended
// at any time, run by several at once, and be run again after any error.
func (b *Book) Update(ctx context.Context) error {
	is, began, err := b.progress(ctx)
	if err == nil && !began {
		is, err = b.begin(ctx)
	}
	if err != nil {
		return err
	}
	until := b.Now().Add(-settled).UTC().Truncate(sliceTime)
	for is.summed.Before(until) || !is.compacted.Add(day).After(is.summed) {
		if err := ctx.Err(); err != nil {
			return err
		}
		next := is
		if !is.compacted.Add(day).After(is.summed) {
			err = b.compact(ctx, is.compacted, nil)
			next.compacted = is.compacted.Add(day)
		} else {
			next.summed = earliest(until, is.summed.Add(mostAtOnce), startOf(is.summed).Add(day))
			err = b.sumSlices(ctx, is.summed, next.summed)
		}
		if err == nil {
			is, err = b.advance(ctx, is, next)
		}
		if err != nil {
			return err
		}
	}
	return b.repair(ctx, is)
}

// landing is how long a row may be on its way after it was said to be late.
const landing = 2 * time.Minute

// repair sums anew what the ledger decided late.
func (b *Book) repair(ctx context.Context, is progress) error {
	began := b.Now()
	late, err := ledger.LateRows(ctx, b.Store)
	if err != nil {
		return err
	}
	done := map[time.Time]bool{}
	for _, row := range late {
		slice := row.Minute.Truncate(sliceTime)
		if !slice.Before(is.summed) {
			continue // it is summed with the others, and again after that
		}
		gone := b.Keep > 0 && slice.Add(b.Keep-10*time.Minute).Before(began) // its rows, or some of them
		if !done[slice] && !gone {
			if err := b.repairSlice(ctx, slice); err != nil {
				return err
			}
			done[slice] = true
		}
		if row.Said.Add(landing).Before(began) {
			if err := row.Forget(ctx, b.Store); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Book) repairSlice(ctx context.Context, slice time.Time) error {
	cube, err := b.sumAgain(ctx, slice)
	if err != nil {
		return err
	}
	is, err := b.repaired(ctx)
	if err != nil || !startOf(slice).Before(is.compacted) {
		return err
	}
	return b.compact(ctx, startOf(slice), cube)
}

func earliest(times ...time.Time) time.Time {
	first := times[0]
	for _, t := range times {
		if t.Before(first) {
			first = t
		}
	}
	return first
}
