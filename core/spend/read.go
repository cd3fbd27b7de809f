package spend

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// documents visits the documents that a query finds, in order, until an error,
// which it returns unless it is ErrStop.
func (b *Book) documents(ctx context.Context, q store.Query, visit func(name string, d document) error) error {
	var head *store.Keyed
	parts := map[string]store.Item{}
	var wrong error
	flush := func() {
		if head == nil || wrong != nil {
			return
		}
		d, err := read(head.Key, head.Item, parts)
		if errors.Is(err, errChanged) {
			d, err = b.load(ctx, head.Key)
		}
		if wrong = err; err == nil {
			wrong = visit(head.SK, d)
		}
		clear(parts)
	}
	err := b.all(ctx, q, func(k store.Keyed) bool {
		if strings.Contains(k.SK, "#") {
			parts[k.SK] = k.Item
			return true
		}
		flush()
		head = &k
		return wrong == nil
	})
	if err != nil {
		return err
	}
	flush()
	if errors.Is(wrong, ErrStop) {
		return nil
	}
	return wrong
}

// open is what is in no day's document yet: slices, and rows after those.
type open struct {
	from time.Time // the first such day
	days map[time.Time]Cube
}

// remembered is what was open when a request first asked.
type remembered struct {
	once sync.Once
	open open
	err  error
}

type rememberKey struct{}

// Remember makes what is asked by a context, and those made of it, one and the
// same moment's: what is open is read once.
func Remember(ctx context.Context) context.Context {
	return context.WithValue(ctx, rememberKey{}, &remembered{})
}

func (b *Book) open(ctx context.Context) (open, error) {
	m, ok := ctx.Value(rememberKey{}).(*remembered)
	if !ok {
		return b.readOpen(ctx)
	}
	m.once.Do(func() { m.open, m.err = b.readOpen(ctx) })
	return m.open, m.err
}

// mostBehind is how much time may be left to who reads. Where nothing brings the
// documents up to now, the first who reads does.
const mostBehind = 3 * time.Hour

func (b *Book) readOpen(ctx context.Context) (open, error) {
	is, began, err := b.progress(ctx)
	if err == nil && (!began || is.summed.Before(b.Now().Add(-mostBehind))) { // nobody does it, or it takes its time
		if err = b.Update(ctx); err == nil {
			is, _, err = b.progress(ctx)
		}
	}
	if err != nil {
		return open{}, err
	}
	today := startOf(b.Now())
	o := open{is.compacted, map[time.Time]Cube{}}
	for t := is.compacted; !t.After(today); t = t.Add(day) {
		cube, end := Cube{}, t.Add(day)
		if t.Before(is.summed) {
			if cube, err = b.slicesOf(ctx, t, is.summed); err != nil {
				return open{}, err
			}
		}
		if end.After(is.summed) {
			from := t
			if is.summed.After(t) {
				from = is.summed
			}
			rows, err := b.sum(ctx, from, end)
			if err != nil {
				return open{}, err
			}
			for _, more := range rows {
				if err := cube.merge(more); err != nil {
					return open{}, err
				}
			}
		}
		o.days[t] = cube
	}
	return o, nil
}

// Days visits what somebody spent, day by day from the day of one time to that
// of another, in order, until visit returns ErrStop or another error, which it
// returns. Days on which nothing was are left out.
func (b *Book) Days(ctx context.Context, who Who, from, to time.Time, visit func(day time.Time, c Cube) error) error {
	o, err := b.open(ctx)
	if err != nil {
		return err
	}
	from, to = startOf(from), startOf(to)
	if from.Before(o.from) {
		var done error
		q := store.Query{PK: dayPartition(who), After: dayKey(who, from.Add(-day)).SK + "~", Limit: store.MaxLimit, Consistent: true}
		err := b.documents(ctx, q, func(name string, d document) error {
			t, err := time.Parse(time.DateOnly, name)
			switch {
			case err != nil:
				return err
			case t.After(to), !t.Before(o.from):
				return ErrStop
			case len(d.cube) == 0:
				return nil
			}
			done = visit(t, d.cube)
			return done
		})
		if err != nil || done != nil {
			return err
		}
	}
	for t := later(from, o.from); !t.After(to); t = t.Add(day) {
		mine := Cube{}
		for cell, sums := range o.days[t] {
			if who.Has(&cell) {
				mine[cell] = sums
			}
		}
		if len(mine) > 0 {
			if err := visit(t, mine); errors.Is(err, ErrStop) {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// Spent is what somebody spent from the day of a time on, in pico-dollars.
func (b *Book) Spent(ctx context.Context, who Who, since time.Time) (int64, error) {
	var total Sums
	err := b.Days(ctx, who, since, b.Now(), func(_ time.Time, c Cube) error {
		cost, err := c.cost()
		if err != nil {
			return err
		}
		return total.Add(Sums{Cost: cost})
	})
	return total.Cost, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
