package spend

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

func dayPartition(w Who) string { return "AG#" + string(w.Kind) + "#" + url.PathEscape(w.ID) }

func dayKey(w Who, t time.Time) store.Key {
	return store.Key{PK: dayPartition(w), SK: t.UTC().Format(time.DateOnly)}
}

// slicesOf adds up the slices of a day that begin before a time.
func (b *Book) slicesOf(ctx context.Context, t, before time.Time) (Cube, error) {
	total := Cube{}
	end := "24:00"
	if before.Before(t.Add(day)) {
		end = sliceKey(before).SK
	}
	err := b.documents(ctx, store.Query{PK: slicePartition(t), Limit: store.MaxLimit, Consistent: true}, func(name string, d document) error {
		if name >= end {
			return ErrStop
		}
		return total.merge(d.cube)
	})
	return total, err
}

// compact makes the documents of a day of its slices: everybody's, or of those
// only who are in a cube.
func (b *Book) compact(ctx context.Context, t time.Time, only Cube) error {
	err := errChanged
	for range tries {
		if err = b.compactOnce(ctx, t, only); !errors.Is(err, errChanged) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("compact %s: %w", t.Format(time.DateOnly), err)
	}
	return nil
}

func (b *Book) compactOnce(ctx context.Context, t time.Time, only Cube) (err error) {
	if only == nil {
		if only, err = b.slicesOf(ctx, t, t.Add(day)); err != nil {
			return err
		}
	}
	var list []Who
	seen := map[Who]bool{}
	for cell := range only {
		for _, w := range whose(&cell) {
			if !seen[w] {
				seen[w] = true
				list = append(list, w)
			}
		}
	}
	// What is written must have been read after what it takes the place of.
	was := make([]document, len(list))
	err = side(ctx, len(list), func(i int) (err error) {
		was[i], err = b.load(ctx, dayKey(list[i], t))
		was[i].cube = nil
		return err
	})
	if err != nil {
		return err
	}
	total, err := b.slicesOf(ctx, t, t.Add(day))
	if err != nil {
		return err
	}
	cubes := map[Who]Cube{}
	for cell, sums := range total {
		for _, w := range whose(&cell) {
			if cubes[w] == nil {
				cubes[w] = Cube{}
			}
			cubes[w][cell] = sums
		}
	}
	return side(ctx, len(list), func(i int) error {
		return b.save(ctx, dayKey(list[i], t), was[i], cubes[list[i]], time.Time{})
	})
}
