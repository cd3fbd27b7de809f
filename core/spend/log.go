package spend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/store"
)

// Selection says which rows of the spend log are asked for.
type Selection struct {
	Who      Who       // whose
	From, To time.Time // of requests that began at the one or after, and before the other
	After    string    // the place of a row: those that follow; "": from the beginning
}

// Entry is a row of the spend log. Place is where it is in the log.
type Entry struct {
	ledger.Row
	Place string
}

// Log visits decided rows, the newest request first and its last try before its
// first, until visit returns ErrStop or another error, which it returns.
func (b *Book) Log(ctx context.Context, s Selection, visit func(Entry) error) error {
	if s.After != "" {
		request, _, _ := strings.Cut(s.After, "#")
		began, err := ledger.Began(request)
		if err != nil {
			return err
		}
		if end := began.Add(time.Millisecond); end.Before(s.To) {
			s.To = end
		}
	}
	var days []time.Time // that have rows
	err := b.Days(ctx, s.Who, s.From, s.To.Add(-1), func(t time.Time, _ Cube) error {
		days = append(days, t)
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(days) {
		err := b.logOf(ctx, t, s, visit)
		if errors.Is(err, ErrStop) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stream is a partition that is read from its end, page by page.
type stream struct {
	query store.Query
	page  []store.Keyed
	more  bool
}

// logPage is how many rows of a partition are read at once.
const logPage = 50

// logOf visits the rows of a day.
func (b *Book) logOf(ctx context.Context, t time.Time, s Selection, visit func(Entry) error) error {
	first, end := ledger.ID(later(t, s.From), [10]byte{}), ledger.ID(earliest(t.Add(day), s.To), [10]byte{})
	var streams []*stream
	for shard := range ledger.Shards {
		streams = append(streams, &stream{more: true, query: store.Query{
			PK: ledger.RowPartition(t, shard), After: end, Reverse: true, Limit: logPage, Consistent: true,
		}})
	}
	if s.Who.Kind == Key && s.Who.ID != "" {
		streams = streams[:0]
		for shard := range ledger.KeyShards {
			streams = append(streams, &stream{more: true, query: store.Query{
				Index: store.Index1, PK: ledger.KeyPartition(s.Who.ID, t, shard), Reverse: true, Limit: logPage,
			}})
		}
	}
	if err := side(ctx, len(streams), func(i int) error { return b.fill(ctx, streams[i]) }); err != nil {
		return err
	}
	for {
		var next *stream
		for _, s := range streams {
			if len(s.page) > 0 && (next == nil || s.page[0].SK > next.page[0].SK) {
				next = s
			}
		}
		if next == nil || next.page[0].SK < first {
			return nil
		}
		k := next.page[0]
		next.page = next.page[1:]
		if err := b.fill(ctx, next); err != nil {
			return err
		}
		row := ledger.ReadRow(k)
		if cell := cellOf(&row.Facts); k.SK >= end || s.After != "" && k.SK >= s.After || uncounted(&row) || !s.Who.Has(&cell) {
			continue
		}
		if err := visit(Entry{row, k.SK}); err != nil {
			return err
		}
	}
}

// fill reads a stream's next page, if it is needed and there is one.
func (b *Book) fill(ctx context.Context, s *stream) error {
	for len(s.page) == 0 && s.more {
		page, err := b.Store.Query(ctx, s.query)
		if err != nil {
			return fmt.Errorf("read %s: %w", s.query.PK, err)
		}
		s.page, s.query.After, s.more = page.Items, page.Next, page.Next != ""
	}
	return nil
}

// Request are the decided rows of a request, in order; none when there is none.
func (b *Book) Request(ctx context.Context, id string) ([]Entry, error) {
	pk, err := ledger.PartitionOf(id)
	if err != nil {
		return nil, nil // it is nobody's
	}
	var found []Entry
	err = b.all(ctx, store.Query{PK: pk, Prefix: id + "#", Consistent: true}, func(k store.Keyed) bool {
		if row := ledger.ReadRow(k); !uncounted(&row) {
			found = append(found, Entry{row, k.SK})
		}
		return true
	})
	return found, err
}
