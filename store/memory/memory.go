// Package memory is a store that forgets when the process ends: the library's
// default, and the model that the tests of the others are about.
package memory

import (
	"container/heap"
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Store keeps items in memory. It implements store.Store and store.Transactor.
// An expired item goes when the next one is written.
type Store struct {
	now   func() time.Time
	mu    sync.Mutex
	items map[store.Key]row
	order map[partition]places
	ends  ends
}

type row struct {
	item    store.Item // never changed: a write makes a new one; nil: there is none
	expires time.Time  // zero: never
}

var (
	_ store.Store      = (*Store)(nil)
	_ store.Transactor = (*Store)(nil)
)

// New makes an empty store.
func New(now func() time.Time) *Store {
	return &Store{now: now, items: map[store.Key]row{}, order: map[partition]places{}}
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key store.Key, _ bool) (store.Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.row(key); r.item != nil {
		return maps.Clone(r.item), nil
	}
	return nil, store.ErrNotFound
}

// row is an item, unless it has expired. The lock is held.
func (s *Store) row(key store.Key) row {
	if r := s.items[key]; r.expires.IsZero() || s.now().Before(r.expires) {
		return r
	}
	return row{}
}

// Write implements store.Store.
func (s *Store) Write(ctx context.Context, w store.Write) (store.Item, error) {
	made, err := s.write(ctx, []store.Write{w})
	if err != nil {
		return nil, err
	}
	return maps.Clone(made[0].item), nil
}

// WriteAll implements store.Transactor.
func (s *Store) WriteAll(ctx context.Context, writes []store.Write) error {
	if len(writes) > 100 {
		return errors.New("more than 100 writes at once")
	}
	_, err := s.write(ctx, writes)
	return err
}

func (s *Store) write(ctx context.Context, writes []store.Write) ([]row, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop()
	made := make([]row, len(writes))
	seen := map[store.Key]bool{}
	for i, w := range writes {
		if err := w.Valid(); err != nil {
			return nil, err
		}
		if seen[w.Key] {
			return nil, errors.New("one item is written twice")
		}
		seen[w.Key] = true
		had := s.row(w.Key)
		if !store.Holds(w.If, had.item) {
			return nil, &store.Refused{Item: maps.Clone(had.item), At: i}
		}
		item, err := store.Apply(w, had.item)
		if err != nil {
			return nil, err
		}
		made[i] = row{item, had.expires}
		if !w.Expires.IsZero() {
			made[i].expires = w.Expires
		}
	}
	for i, w := range writes {
		ends := made[i].item != nil && !made[i].expires.IsZero() && made[i].expires != s.items[w.Key].expires
		if s.put(w.Key, made[i]); ends {
			heap.Push(&s.ends, end{made[i].expires, w.Key})
		}
	}
	return made, nil
}

// put replaces an item and its places. The lock is held.
func (s *Store) put(key store.Key, r row) {
	was, is := placesOf(key, s.items[key].item), placesOf(key, r.item)
	for in, p := range was {
		if is[in] != p {
			s.order[in] = s.order[in].without(p)
		}
		if len(s.order[in]) == 0 {
			delete(s.order, in)
		}
	}
	for in, p := range is {
		if was[in] != p {
			s.order[in] = s.order[in].with(p)
		}
	}
	if s.items[key] = r; r.item == nil {
		delete(s.items, key)
	}
}
