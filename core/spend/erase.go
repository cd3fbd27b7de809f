package spend

import (
	"context"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/store"
)

// Erase takes an end user out of all rows and documents: what it spent stays,
// and who it was does not. It returns how many rows it changed. Calls that are
// under way have the name still; after an error, or a run that ended, it is done
// again.
func (b *Book) Erase(ctx context.Context, endUser string) (rows int, err error) {
	who := Who{EndUser, endUser}
	for range tries {
		ctx := Remember(ctx) // what was read before is not what there is now
		days := map[time.Time]Cube{}
		err := b.Days(ctx, who, time.Unix(0, 0), b.Now(), func(t time.Time, c Cube) error {
			days[t] = c
			return nil
		})
		if err != nil || len(days) == 0 {
			return rows, err
		}
		n, err := b.eraseRows(ctx, who)
		rows += n
		for t, c := range days {
			if err == nil {
				err = b.eraseDay(ctx, t, c, endUser)
			}
		}
		if err != nil {
			return rows, fmt.Errorf("erase an end user: %w", err)
		}
	}
	return rows, fmt.Errorf("erase an end user: %w", errChanged)
}

func (b *Book) eraseRows(ctx context.Context, who Who) (n int, err error) {
	err = b.Log(ctx, Selection{Who: who, From: time.Unix(0, 0), To: b.Now().Add(day)}, func(e Entry) error {
		n++
		return ledger.Erase(ctx, b.Store, e.Row)
	})
	return n, err
}

// eraseDay takes an end user out of a day's documents. Its own go last, because
// they say what is left to do.
func (b *Book) eraseDay(ctx context.Context, t time.Time, c Cube, endUser string) error {
	var keys []store.Key
	err := b.documents(ctx, store.Query{PK: slicePartition(t), Limit: store.MaxLimit, Consistent: true}, func(name string, d document) error {
		for cell := range d.cube {
			if cell.EndUser == endUser {
				keys = append(keys, store.Key{PK: slicePartition(t), SK: name})
				break
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	own := dayKey(Who{EndUser, endUser}, t)
	seen := map[store.Key]bool{own: true}
	for cell := range c {
		for _, w := range whose(&cell) {
			if key := dayKey(w, t); !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	for _, key := range keys {
		expires := time.Time{} // as it was
		if _, err := b.replace(ctx, key, expires, func(was Cube) (Cube, error) { return was.without(endUser) }); err != nil {
			return err
		}
	}
	var parts []store.Key
	err = b.all(ctx, store.Query{PK: own.PK, Prefix: own.SK, Consistent: true}, func(k store.Keyed) bool {
		parts = append(parts, k.Key)
		return true
	})
	for _, key := range parts {
		if err == nil {
			_, err = b.Store.Write(ctx, store.Write{Key: key, Delete: true})
		}
	}
	return err
}

// without is a cube in which nobody is the end user any more.
func (c Cube) without(endUser string) (Cube, error) {
	made := Cube{}
	for cell, sums := range c {
		if cell.EndUser == endUser {
			cell.EndUser = ""
		}
		if err := made.Add(cell, sums); err != nil {
			return nil, err
		}
	}
	return made, nil
}
