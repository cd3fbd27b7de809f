package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Recover finishes what the owners of an account's overdue holds began and did
// not end. Whoever reads or is refused by an account does the same on the way,
// so this is for accounts that nobody asks for any more.
func (l *Ledger) Recover(ctx context.Context, account store.Key) error {
	item, err := l.read(ctx, account, triesAfter)
	if err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	return l.resolve(ctx, account, item)
}

// resolve posts the overdue holds of an account as their rows decide.
func (l *Ledger) resolve(ctx context.Context, account store.Key, item store.Item) error {
	var errs []error
	for _, name := range holdNames(item) {
		if l.isDue(name, item[name]) {
			errs = append(errs, l.resolveHold(ctx, account, name, item.Text(name)))
		}
	}
	return errors.Join(errs...)
}

func (l *Ledger) resolveHold(ctx context.Context, account store.Key, name, value string) error {
	owner, err := holdOwner(name)
	if err != nil {
		return err
	}
	h := hold{account: account, name: name, value: value}
	if h.amount, _, err = readHold(value); err != nil {
		return err
	}
	row, spent := store.Item(nil), rowCost
	if owner.part == pursePart {
		row, err = l.closed(ctx, purseKey(account, owner.request))
		spent = accSpent
	} else {
		row, err = l.decided(ctx, owner)
	}
	if err != nil || row == nil {
		return err
	}
	var cost int64
	if slices.Contains(holdsOf(owner, row), h) {
		cost = row.Int(spent)
	}
	_, err = l.post(ctx, h, cost, triesAfter)
	return err
}

// decided returns a row that is decided, after deciding it itself if it is
// overdue; nil for one that is not due yet.
func (l *Ledger) decided(ctx context.Context, r ref) (store.Item, error) {
	key, err := r.key()
	if err != nil {
		return nil, err
	}
	var last error
	for range triesAfter {
		row, err := l.read(ctx, key, triesAfter)
		if err != nil {
			return nil, fmt.Errorf("read row: %w", err)
		}
		w := store.Write{Key: key, Expires: l.expires()}
		switch {
		case row == nil: // a row that comes now must not find its place free
			w.If = []store.Condition{{Attr: rowState, Op: store.Absent}}
			w.Set = store.Item{rowState: string(Void), rowCost: int64(0), rowDue: l.Now().Unix()}
			w.Expires = l.Now().Add(max(l.Keep, keepFence))
		case State(row.Text(rowState)) != Pending:
			return row, nil
		case row.Int(rowDue) >= l.Now().Unix():
			return nil, nil
		default:
			w.If = []store.Condition{{Attr: rowState, Op: store.Equal, Value: string(Pending)}}
			w.Set = store.Item{rowState: string(Lost), rowCost: cmp.Or(row.Int(rowLost), row.Int(rowEstimate))}
			r.index(key, w.Set, row.Text("k"))
		}
		if err := l.sayLate(ctx, r); err != nil {
			return nil, fmt.Errorf("decide row %s: %w", key.SK, err)
		}
		item, err := l.Store.Write(ctx, w)
		if err == nil {
			return item, nil
		}
		last = err // or refused, because somebody else decided: look again
	}
	return nil, fmt.Errorf("decide row %s: %w", key.SK, last)
}

// keepFence is how long a row that keeps another from being written stays at
// least: far longer than any write can be late.
const keepFence = 48 * time.Hour

// Swept says what a sweep did.
type Swept struct {
	Seen int // rows
	Lost int // of them overdue, now charged at their estimates
}

// Sweep resolves the overdue rows of requests that began since a time, and their
// holds. Where a sweep comes every minute, since is an hour ago or, better, the
// longest that an attempt may take and the margin.
func (l *Ledger) Sweep(ctx context.Context, since time.Time) (Swept, error) {
	var swept Swept
	now := l.Now().UTC()
	last := now.Truncate(24 * time.Hour)
	for day := since.UTC().Truncate(24 * time.Hour); !day.After(last); day = day.AddDate(0, 0, 1) {
		for shard := range Shards {
			q := store.Query{PK: RowPartition(day, shard), After: ID(since, [10]byte{}), Limit: store.MaxLimit}
			if err := l.sweepPartition(ctx, q, &swept); err != nil {
				return swept, fmt.Errorf("sweep %s: %w", q.PK, err)
			}
		}
	}
	return swept, nil
}

func (l *Ledger) sweepPartition(ctx context.Context, q store.Query, swept *Swept) error {
	for {
		page, err := l.Store.Query(ctx, q)
		if err != nil {
			return err
		}
		for _, k := range page.Items {
			swept.Seen++
			row := ReadRow(k)
			if row.State != Pending || row.Due.Unix() >= l.Now().Unix() {
				continue
			}
			r := ref{row.Request, row.Part}
			item, err := l.decided(ctx, r)
			if err != nil {
				return err
			}
			if item != nil {
				swept.Lost++
				l.postAll(ctx, holdsOf(r, item), item.Int(rowCost))
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
