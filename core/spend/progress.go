package spend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/store"
)

// progress is how far the documents go. It is the one item that all runs share.
type progress struct {
	summed    time.Time // slices are there for requests that began before
	compacted time.Time // days are there before this one
	repairs   int64     // counts slices that were summed again
}

const (
	attrSummed    = "w" // Unix seconds
	attrCompacted = "d" // Unix seconds
	attrRepairs   = "g"
)

func progressKey() store.Key { return store.Key{PK: "AG", SK: "progress"} }

func progressOf(item store.Item) progress {
	return progress{
		time.Unix(item.Int(attrSummed), 0).UTC(), time.Unix(item.Int(attrCompacted), 0).UTC(), item.Int(attrRepairs),
	}
}

// progress reads how far the documents go; false: nothing has been summed yet.
func (b *Book) progress(ctx context.Context) (progress, bool, error) {
	item, err := b.Store.Get(ctx, progressKey(), true)
	if errors.Is(err, store.ErrNotFound) {
		return progress{}, false, nil
	}
	if err != nil {
		return progress{}, false, fmt.Errorf("read how far rows are added up: %w", err)
	}
	return progressOf(item), true, nil
}

// advance notes a step, and returns how far the documents go then: if another
// was faster, or repaired something meanwhile, as far as that one got.
func (b *Book) advance(ctx context.Context, from, to progress) (progress, error) {
	item, err := b.Store.Write(ctx, store.Write{
		Key: progressKey(),
		If: []store.Condition{
			{Attr: attrSummed, Op: store.Equal, Value: from.summed.Unix()},
			{Attr: attrCompacted, Op: store.Equal, Value: from.compacted.Unix()},
			{Attr: attrRepairs, Op: store.Equal, Value: from.repairs},
		},
		Set: store.Item{attrSummed: to.summed.Unix(), attrCompacted: to.compacted.Unix()},
	})
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		return progressOf(refused.Item), nil
	}
	if err != nil {
		return from, fmt.Errorf("note how far rows are added up: %w", err)
	}
	return progressOf(item), nil
}

// repaired notes that a slice was summed again. Whoever is making its day of
// what it was before has to begin anew.
func (b *Book) repaired(ctx context.Context) (progress, error) {
	item, err := b.Store.Write(ctx, store.Write{Key: progressKey(), Add: map[string]int64{attrRepairs: 1}})
	if err != nil {
		return progress{}, fmt.Errorf("note a repair: %w", err)
	}
	return progressOf(item), nil
}

// oldest is how far back rows are looked for when nothing has been summed yet.
const oldest = 40 * day

// begin finds the first day that has rows, today if there are none.
func (b *Book) begin(ctx context.Context) (progress, error) {
	today := startOf(b.Now())
	first := today
	for t := today.Add(-oldest); t.Before(today) && first.Equal(today); t = t.Add(day) {
		found := make([]bool, ledger.Shards)
		err := side(ctx, ledger.Shards, func(shard int) error {
			page, err := b.Store.Query(ctx, store.Query{PK: ledger.RowPartition(t, shard), Limit: 1})
			found[shard] = len(page.Items) > 0
			return err
		})
		if err != nil {
			return progress{}, fmt.Errorf("look for the first row: %w", err)
		}
		for _, some := range found {
			if some {
				first = t
			}
		}
	}
	return b.beginAt(ctx, first)
}

func (b *Book) beginAt(ctx context.Context, first time.Time) (progress, error) {
	item, err := b.Store.Write(ctx, store.Write{
		Key: progressKey(), If: []store.Condition{{Attr: attrSummed, Op: store.Absent}},
		Set: store.Item{attrSummed: first.Unix(), attrCompacted: first.Unix(), attrRepairs: int64(0)},
	})
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		return progressOf(refused.Item), nil
	}
	if err != nil {
		return progress{}, fmt.Errorf("note the first row: %w", err)
	}
	return progressOf(item), nil
}

// Summed is until when, by the beginning of requests, rows are added up; zero
// when none are.
func (b *Book) Summed(ctx context.Context) (time.Time, error) {
	is, _, err := b.progress(ctx)
	return is.summed, err
}
