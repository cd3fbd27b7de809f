// Package spend adds up the ledger's rows, and answers who spent what, on what
// and when, without reading every row again.
//
// Rows stay where the ledger wrote them, spread over 64 partitions a day. A
// schedule reads them once each, in slices of five minutes that nothing changes
// any more, and writes for each slice one document: a Cube, in which rows that
// differ in no name that anybody asks by are one cell. When a day's slices are
// there, they become the day's documents: one of everything, and one for each
// key, user, team, organization, project, end user and tag, with its own cells.
// So a month of anybody is one query of 31 items, whatever it is grouped by, and
// what is not a document yet is read from the day's slices and, for the last
// half hour, from the rows.
//
// Documents by slice and shard with an item for each key, user, tag and so on,
// which was the plan, would be written ten times for each row of a quiet
// gateway, and read by the thousand for a month's report.
//
// Nothing is ever added to a document: it is summed anew from below and takes
// the place of the one that was read before, or is refused because another did.
// A run may therefore end anywhere, and be done twice or by two at once. What
// the ledger decides later than a slice is summed, it says (ledger.LateRow), and
// the slice, and its day, are summed again.
//
// All amounts are pico-dollars, all days UTC's; a row is of the day on which
// its request began.
package spend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/store"
)

// Book reads and writes the documents. It is safe for concurrent use.
type Book struct {
	Store store.Store
	Now   func() time.Time
	// Keep is how long the ledger keeps its rows; 0: for ever. Slices are kept
	// as long, and a week more, days for ever. It must be an hour at least.
	Keep time.Duration
}

const (
	day       = 24 * time.Hour
	sliceTime = 5 * time.Minute
)

// ErrOverflow says that a sum is beyond 9 million dollars, or as many tokens.
var ErrOverflow = errors.New("the sum is too large")

// ErrStop ends a visit; it is no error to who began it.
var ErrStop = errors.New("that is enough")

// errChanged says that a document is not what it was when it was read.
var errChanged = errors.New("the document has changed")

// tries is how often what another changed meanwhile is done again.
const tries = 8

// startOf is the beginning of t's day.
func startOf(t time.Time) time.Time { return t.UTC().Truncate(day) }

// side calls do for 0 to n-1 side by side until the context ends, and returns the
// first error.
func side(ctx context.Context, n int, do func(i int) error) error {
	return each.All(n, func(i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return do(i)
	})
}

// all visits the items that a query finds, page by page, until visit is false.
func (b *Book) all(ctx context.Context, q store.Query, visit func(store.Keyed) bool) error {
	for {
		page, err := b.Store.Query(ctx, q)
		if err != nil {
			return fmt.Errorf("read %s: %w", q.PK, err)
		}
		for _, k := range page.Items {
			if !visit(k) {
				return nil
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
