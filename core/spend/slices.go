package spend

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/store"
)

// settled is how old a slice is before it is summed: as old as it must be for
// the ledger to say what changes later, and as long as a write may take to land.
const settled = ledger.Late + 5*time.Minute

// rowsPage is how many rows are read at once: what is read beyond a slice is
// read in vain.
const rowsPage = 500

func slicePartition(t time.Time) string { return "AG#slice#" + t.UTC().Format(time.DateOnly) }

func sliceKey(t time.Time) store.Key {
	return store.Key{PK: slicePartition(t), SK: t.UTC().Format("15:04")}
}

// sum adds up the rows of requests that began from a time to another of the same
// day, slice by slice. Slices without rows are left out.
func (b *Book) sum(ctx context.Context, from, to time.Time) (map[time.Time]Cube, error) {
	cubes := map[time.Time]Cube{}
	var mu sync.Mutex
	err := side(ctx, ledger.Shards, func(shard int) error {
		found, err := b.sumShard(ctx, shard, from, to)
		mu.Lock()
		defer mu.Unlock()
		for slice, cube := range found {
			if cubes[slice] == nil {
				cubes[slice] = Cube{}
			}
			if err == nil {
				err = cubes[slice].merge(cube)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add up the rows from %s: %w", from.Format(time.DateTime), err)
	}
	return cubes, nil
}

func (b *Book) sumShard(ctx context.Context, shard int, from, to time.Time) (map[time.Time]Cube, error) {
	cubes := map[time.Time]Cube{}
	var rows []ledger.Row // of one request
	var wrong error
	count := func() {
		if len(rows) == 0 || wrong != nil {
			return
		}
		began, err := ledger.Began(rows[0].Request)
		if wrong = err; err != nil {
			return
		}
		slice := began.Truncate(sliceTime)
		if cubes[slice] == nil {
			cubes[slice] = Cube{}
		}
		wrong = cubes[slice].count(rows)
	}
	end := ledger.ID(to, [10]byte{})
	q := store.Query{PK: ledger.RowPartition(from, shard), After: ledger.ID(from, [10]byte{}), Limit: rowsPage, Consistent: true}
	err := b.all(ctx, q, func(k store.Keyed) bool {
		if k.SK >= end || wrong != nil {
			return false
		}
		row := ledger.ReadRow(k)
		if len(rows) > 0 && rows[0].Request != row.Request {
			count()
			rows = rows[:0]
		}
		rows = append(rows, row)
		return true
	})
	count()
	if err != nil {
		return nil, err
	}
	return cubes, wrong
}

// sumSlices writes the documents of the slices from a time to another of the
// same day.
func (b *Book) sumSlices(ctx context.Context, from, to time.Time) error {
	found, err := b.sum(ctx, from, to)
	if err != nil {
		return err
	}
	for slice := from; slice.Before(to); slice = slice.Add(sliceTime) {
		if len(found[slice]) == 0 {
			continue
		}
		err := b.save(ctx, sliceKey(slice), document{}, found[slice], b.expires(slice))
		if err != nil && !errors.Is(err, errChanged) { // another did it, or began to
			return err
		}
	}
	return nil
}

// sumAgain makes a slice's document anew.
func (b *Book) sumAgain(ctx context.Context, slice time.Time) (Cube, error) {
	return b.replace(ctx, sliceKey(slice), b.expires(slice), func(Cube) (Cube, error) {
		found, err := b.sum(ctx, slice, slice.Add(sliceTime))
		if err != nil || found[slice] == nil {
			return Cube{}, err
		}
		return found[slice], nil
	})
}

// expires is when a slice's document goes, a week after its rows; zero: never.
func (b *Book) expires(slice time.Time) time.Time {
	if b.Keep == 0 {
		return time.Time{}
	}
	return slice.Add(b.Keep + 7*day)
}
