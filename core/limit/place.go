package limit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// The attributes of a scope's item of places: how many are taken, and for each
// the time until which it is, in milliseconds since 1970.
const (
	places = "n"
	holder = "h" // and an id
)

// place is a request's claim on one of the requests at a time. Who holds a place
// is in the item, so it is released once however often that is tried, and the
// place of a process that died is taken over when its time is up.
type place struct {
	*Limiter
	scope Scope
	id    string
	until time.Time
	held  bool       // for all that is known
	after store.Item // the item as take left it
}

func newPlace(l *Limiter, s Scope, id string, until time.Time) *place {
	return &place{Limiter: l, scope: s, id: holder + id, until: until}
}

func (p *place) key() store.Key { return store.Key{PK: "PAR#" + p.scope.name(), SK: "#"} }

func (p *place) known(now time.Time) *Limited {
	item, refused := p.refusals.find(p.key(), now)
	if p.scope.Parallel < 0 || refused && item.Int(places) >= p.scope.Parallel {
		return p.limited(item, now)
	}
	return nil
}

func (p *place) limited(item store.Item, now time.Time) *Limited {
	return &Limited{
		Scope: p.scope, Metric: Parallel, Limit: p.scope.Parallel, Remaining: left(p.scope.Parallel, item.Int(places)), Asked: 1,
		Resets: now.Add(time.Second), RetryAfter: time.Second,
	}
}

// sweeps is how often others may get ahead while places of the dead are freed,
// and atOnce how many are freed by one write.
const (
	sweeps = 8
	atOnce = 20
)

func (p *place) take(ctx context.Context) error {
	var dead store.Item
	for sweep := 0; ; sweep++ {
		item, err := p.try(ctx, dead)
		refused, isRefused := errors.AsType[*store.Refused](err)
		switch {
		case err == nil:
			p.held, p.after = true, item
			return nil
		case !isRefused:
			return fmt.Errorf("take a place of %s: %w", p.scope.Kind, err)
		case refused.Item[p.id] != nil:
			p.held, p.after = true, refused.Item // an earlier try was done after all
			return nil
		}
		now := p.Now()
		if dead = expired(refused.Item, now); sweep == sweeps || refused.Item.Int(places) >= p.scope.Parallel+int64(len(dead)) {
			p.refusals.remember(p.key(), refused.Item, now)
			return p.limited(refused.Item, now)
		}
	}
}

// try takes a place, and frees those of the dead in the same write.
func (p *place) try(ctx context.Context, dead store.Item) (item store.Item, err error) {
	freed := int64(len(dead))
	write := store.Write{
		Key: p.key(),
		If: []store.Condition{
			{Attr: p.id, Op: store.Absent},
			{Attr: places, Op: store.AtMost, Value: p.scope.Parallel - 1 + freed, OrAbsent: freed == 0},
		},
		Set: store.Item{p.id: p.until.UnixMilli()}, Add: map[string]int64{places: 1 - freed},
		Expires: p.Now().Add(Longest + time.Hour), // after every place in it
	}
	for id, until := range dead {
		write.If = append(write.If, store.Condition{Attr: id, Op: store.Equal, Value: until})
		write.Remove = append(write.Remove, id)
	}
	err = p.repeat(ctx, true, func() error {
		item, err = p.Store.Write(ctx, write)
		_, refused := errors.AsType[*store.Refused](err)
		p.held = p.held || err != nil && !refused && !errors.Is(err, store.ErrThrottled)
		return err
	})
	return item, err
}

// expired are some of the places whose time is up.
func expired(item store.Item, now time.Time) store.Item {
	dead := store.Item{}
	for id, until := range item {
		if ms, ok := until.(int64); ok && strings.HasPrefix(id, holder) && ms <= now.UnixMilli() && len(dead) < atOnce {
			dead[id] = until
		}
	}
	return dead
}

func (p *place) back(ctx context.Context) error {
	if !p.held {
		return nil
	}
	write := store.Write{
		Key: p.key(), If: []store.Condition{{Attr: p.id, Op: store.Present}},
		Remove: []string{p.id}, Add: map[string]int64{places: -1},
	}
	err := p.repeat(ctx, true, func() error { _, err := p.Store.Write(ctx, write); return err })
	p.refusals.forget(write.Key)
	if _, gone := errors.AsType[*store.Refused](err); gone || err == nil {
		return nil
	}
	return fmt.Errorf("release a place of %s: %w", p.scope.Kind, err)
}

func (p *place) settle(ctx context.Context, _ llm.Usage) error { return p.back(ctx) }

func (p *place) limits(all []Left) []Left {
	if p.after == nil {
		return all
	}
	return append(all, Left{p.scope, Parallel, p.scope.Parallel, left(p.scope.Parallel, p.after.Int(places)), 0})
}
