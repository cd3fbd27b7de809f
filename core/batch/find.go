package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/tollgate-llm/tollgate/store"
)

// Find finds an owner's batch, and how far it is. Others' are as if they were not
// there: ErrNotFound.
func (b *Batches) Find(ctx context.Context, owner, id string) (*Batch, error) {
	head, err := b.head(ctx, id)
	if err != nil {
		return nil, err
	}
	if head.Owner != owner {
		return nil, ErrNotFound
	}
	if !head.Done() {
		if err := b.count(ctx, head); err != nil {
			return nil, err
		}
	}
	return head, nil
}

// count fills in how far a batch is, and writes it down when it is done. Whoever
// sees that does so, and all of them the same.
func (b *Batches) count(ctx context.Context, of *Batch) error {
	of.Status, of.Completed, of.Failed = Queued, 0, 0
	late := false
	err := b.sheets(ctx, of, func(_ int, item store.Item) error {
		for line := range int(item.Int(attrCount)) {
			r, ok := resultOf(item, line)
			switch {
			case ok && r.kind == kindAnswer:
				of.Completed++
			case ok:
				of.Failed++
				late = late || r.kind == kindExpired
			}
			if ok || !touched(item, line).IsZero() {
				of.Status = InProgress
			}
		}
		return nil
	})
	if err != nil || of.Completed+of.Failed < of.Lines {
		return err
	}
	of.Status, of.Finished = Completed, b.Now().UTC()
	if late {
		of.Status = Expired
	}
	item, err := b.Store.Write(ctx, store.Write{
		Key: headKey(of.ID), If: []store.Condition{{Attr: attrOwner, Op: store.Present}, {Attr: attrStatus, Op: store.Absent}},
		Set: store.Item{
			attrStatus: string(of.Status), attrFinished: of.Finished.UnixMilli(),
			attrGood: int64(of.Completed), attrBad: int64(of.Failed),
		},
		Remove: []string{store.Index1PK, store.Index1SK},
	})
	var no *store.Refused
	switch {
	case errors.As(err, &no) && no.Item == nil: // it has just expired
		return ErrNotFound
	case errors.As(err, &no): // somebody else has written it
		item = no.Item
	case err != nil:
		return fmt.Errorf("write down that the batch is done: %w", err)
	}
	*of = *headOf(of.ID, item)
	return nil
}

// sheets reads a batch's sheets, in their order.
func (b *Batches) sheets(ctx context.Context, of *Batch, each func(sheet int, item store.Item) error) error {
	for first := 0; first < of.sheets; first += perPartition {
		q := store.Query{PK: sheetKey(of.ID, first).PK, Consistent: true}
		for {
			page, err := b.Store.Query(ctx, q)
			if err != nil {
				return fmt.Errorf("read sheets: %w", err)
			}
			for _, k := range page.Items {
				sheet, err := strconv.Atoi(k.SK)
				if err != nil {
					return fmt.Errorf("read sheets: %w", err)
				}
				if err := each(sheet, k.Item); err != nil {
					return err
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return nil
}

// Results are those of a batch that is done, in the order of its lines, each
// once. It holds a hundred of them at a time.
func (b *Batches) Results(ctx context.Context, of *Batch) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		var group map[string][][]byte
		from, over := "", errors.New("nobody reads on")
		err := b.sheets(ctx, of, func(sheet int, item store.Item) (err error) {
			if at := resultsOf(of.ID, sheet); at != from {
				if group, err = b.gather(ctx, at); err != nil {
					return err
				}
				from = at
			}
			for line := range int(item.Int(attrCount)) {
				r, err := read(group, sheet, line, item)
				if err != nil {
					return err
				}
				if !yield(r, nil) {
					return over
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, over) {
			yield(Result{}, err)
		}
	}
}

// read is the result of a line, of those in a group.
func read(group map[string][][]byte, sheet, line int, item store.Item) (Result, error) {
	out := Result{Index: int(item.Int(attrFrom)) + line}
	r, ok := resultOf(item, line)
	name := resultName(sheet, line, r.token)
	if !ok || len(group[name]) != r.parts {
		return out, fmt.Errorf("the result of line %d is not there", out.Index)
	}
	text, err := unpack(group[name])
	if err != nil {
		return out, fmt.Errorf("read the result of line %d: %w", out.Index, err)
	}
	out.Body, out.Error = json.RawMessage(text), r.kind != kindAnswer
	return out, nil
}
