package litellm

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// draft is a store that keeps what is written to itself and leaves the one
// below it as it is. Queries answer what is below: what was written since is
// found by its key alone.
type draft struct {
	below people.Store
	mu    sync.Mutex
	own   *memory.Store
	taken map[store.Key]bool // what own has, or had
}

func newDraft(below people.Store, now func() time.Time) *draft {
	return &draft{below: below, own: memory.New(now), taken: map[store.Key]bool{}}
}

// Get implements store.Store.
func (d *draft) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.taken[key] {
		return d.own.Get(ctx, key, consistent)
	}
	return d.below.Get(ctx, key, consistent)
}

// Query implements store.Store.
func (d *draft) Query(ctx context.Context, q store.Query) (store.Page, error) {
	return d.below.Query(ctx, q)
}

// Write implements store.Store.
func (d *draft) Write(ctx context.Context, w store.Write) (store.Item, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.take(ctx, w.Key); err != nil {
		return nil, err
	}
	return d.own.Write(ctx, w)
}

// WriteAll implements store.Transactor.
func (d *draft) WriteAll(ctx context.Context, all []store.Write) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range all {
		if err := d.take(ctx, w.Key); err != nil {
			return err
		}
	}
	return d.own.WriteAll(ctx, all)
}

// take copies an item from below before it is changed.
func (d *draft) take(ctx context.Context, key store.Key) error {
	if d.taken[key] {
		return nil
	}
	item, err := d.below.Get(ctx, key, true)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && len(item) > 0 {
		if _, err := d.own.Write(ctx, store.Write{Key: key, Set: item}); err != nil {
			return err
		}
	}
	d.taken[key] = true
	return nil
}
