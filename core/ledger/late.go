package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Late is how long after its request began a row may be decided without a
// LateRow: whoever adds up rows that are older, and by a few minutes more, finds
// there what has changed since.
const Late = 15 * time.Minute

// LateRow says that something was decided late about a request that began in
// this minute, or is about to be.
type LateRow struct {
	Minute time.Time
	Said   time.Time
	nonce  string
}

const (
	latePartition = "LATE"
	lateForm      = "2006-01-02T15:04"
	lateSaid      = "at" // Unix seconds
)

// sayLate leaves a LateRow, before a row is decided, if that is late.
func (l *Ledger) sayLate(ctx context.Context, r ref) error {
	began, err := Began(r.request)
	now := l.Now()
	if err != nil || now.Sub(began) < Late {
		return err
	}
	_, err = l.write(ctx, store.Write{
		Key: store.Key{PK: latePartition, SK: began.Format(lateForm)},
		Set: store.Item{lateSaid: now.Unix(), rowNonce: l.random()},
	}, triesAfter)
	return err
}

// LateRows lists what was decided late, the oldest requests first: 1,000 at
// most, the others when those are forgotten.
func LateRows(ctx context.Context, s store.Store) ([]LateRow, error) {
	page, err := s.Query(ctx, store.Query{PK: latePartition, Limit: store.MaxLimit, Consistent: true})
	if err != nil {
		return nil, fmt.Errorf("read late rows: %w", err)
	}
	var all []LateRow
	for _, k := range page.Items {
		minute, err := time.Parse(lateForm, k.SK)
		if err != nil {
			return nil, fmt.Errorf("read late rows: %w", err)
		}
		all = append(all, LateRow{minute, time.Unix(k.Item.Int(lateSaid), 0).UTC(), k.Item.Text(rowNonce)})
	}
	return all, nil
}

// Forget takes a LateRow away, unless it was said again since it was read.
func (r LateRow) Forget(ctx context.Context, s store.Store) error {
	_, err := s.Write(ctx, store.Write{
		Key: store.Key{PK: latePartition, SK: r.Minute.Format(lateForm)}, Delete: true,
		If: []store.Condition{{Attr: rowNonce, Op: store.Equal, Value: r.nonce, OrAbsent: true}},
	})
	if _, refused := errors.AsType[*store.Refused](err); refused {
		return nil
	}
	return err
}

// Corrects reports whether the row changes what others say of a request, or is
// of no request: its Part ends in "a".
func (r Row) Corrects() bool { return strings.HasSuffix(r.Part, adjusts) }
