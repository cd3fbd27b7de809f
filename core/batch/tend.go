package batch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

const (
	// unsentFor is how long whoever makes a batch has for sending its messages.
	unsentFor = 2 * time.Minute
	// idleFor is how long nobody comes for a line before its message is taken to be
	// lost, or put aside: longer than a queue hides one.
	idleFor = time.Hour
)

// Tend does what nobody else comes to do, for all batches: it gives up lines that
// were begun too often, or whose Window is over, sends again what nobody has come
// for, and writes down which batches are done. It may be run by several at once,
// and be ended at any time.
func (b *Batches) Tend(ctx context.Context) error {
	var failed error
	q := store.Query{Index: store.Index1, PK: open}
	for {
		page, err := b.Store.Query(ctx, q)
		if err != nil {
			return errors.Join(failed, fmt.Errorf("look for batches: %w", err))
		}
		for _, k := range page.Items {
			head, err := b.head(ctx, k.Item.Text(store.Index1SK))
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err == nil && !head.Done() {
				err = b.tend(ctx, head)
			}
			if err != nil {
				failed = errors.Join(failed, err)
			}
		}
		if q.After = page.Next; q.After == "" {
			return failed
		}
	}
}

// tend looks after one batch.
func (b *Batches) tend(ctx context.Context, of *Batch) error {
	now := b.Now()
	var messages []string
	err := b.sheets(ctx, of, func(sheet int, item store.Item) error {
		for line := range int(item.Int(attrCount)) {
			if _, ok := resultOf(item, line); ok {
				continue
			}
			p, since := place{of.ID, sheet, line}, touched(item, line)
			switch {
			case since.After(now): // somebody has it
			case !now.Before(of.Ends):
				if err := b.finish(ctx, of, p, kindExpired, b.Tell(expired())); err != nil {
					return err
				}
			case item.Int(attr(begun, line)) >= MaxReceives:
				if err := b.finish(ctx, of, p, kindError, b.Tell(givenUp(nil))); err != nil {
					return err
				}
			case !of.sent && since.IsZero() && now.Sub(of.Created) > unsentFor:
				messages = append(messages, p.message())
			case now.Sub(later(since, of.Created)) > idleFor:
				sent, err := b.touch(ctx, p, item)
				if err != nil {
					return err
				}
				if sent {
					messages = append(messages, p.message())
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(messages) > 0 {
		if err := b.send(ctx, of, messages); err != nil {
			return err
		}
	}
	return b.count(ctx, of)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// touch notes that a line's message is sent again; false when somebody has come
// for the line meanwhile.
func (b *Batches) touch(ctx context.Context, p place, item store.Item) (bool, error) {
	name := attr(claimed, p.Line)
	as := store.Condition{Attr: name, Op: store.Absent}
	if had := item.Text(name); had != "" {
		as = store.Condition{Attr: name, Op: store.Equal, Value: had}
	}
	_, err := b.Store.Write(ctx, store.Write{
		Key: sheetKey(p.Batch, p.Sheet),
		If:  []store.Condition{{Attr: attrCount, Op: store.Present}, {Attr: attr(has, p.Line), Op: store.Absent}, as},
		Set: store.Item{name: mark(b.Now().Add(-time.Millisecond), "")},
	})
	switch {
	case isRefused(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("note that a line is sent again: %w", err)
	}
	return true, nil
}
