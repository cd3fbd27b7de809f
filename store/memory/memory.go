// Package memory is a store that forgets when the process ends: the library's
// default, and the model that the tests of the others are about.
package memory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Store keeps items in memory. It implements store.Store and store.Transactor.
type Store struct {
	now   func() time.Time
	mu    sync.Mutex
	items map[store.Key]row
}

type row struct {
	item    store.Item // never changed: a write makes a new one
	expires time.Time  // zero: never
}

var (
	_ store.Store      = (*Store)(nil)
	_ store.Transactor = (*Store)(nil)
)

// New makes an empty store.
func New(now func() time.Time) *Store { return &Store{now: now, items: map[store.Key]row{}} }

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key store.Key, _ bool) (store.Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.row(key); ok {
		return maps.Clone(r.item), nil
	}
	return nil, store.ErrNotFound
}

// row is an item that has not expired. The lock is held.
func (s *Store) row(key store.Key) (row, bool) {
	r, ok := s.items[key]
	return r, ok && (r.expires.IsZero() || s.now().Before(r.expires))
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
		had, ok := s.row(w.Key)
		if !ok {
			had = row{}
		}
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
		if w.Delete {
			delete(s.items, w.Key)
			continue
		}
		s.items[w.Key] = made[i]
	}
	return made, nil
}

// Query implements store.Store.
func (s *Store) Query(ctx context.Context, q store.Query) (store.Page, error) {
	if err := ctx.Err(); err != nil {
		return store.Page{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	type found struct {
		at string // its place in the order
		store.Keyed
	}
	var all []found
	for key := range s.items {
		r, ok := s.row(key)
		if !ok {
			continue
		}
		pk, sk, at := key.PK, key.SK, key.SK
		if q.Index != "" {
			pk, sk = r.item.Text(store.Index1PK), r.item.Text(store.Index1SK)
			at = strings.Join([]string{sk, key.PK, key.SK}, "\x00")
		}
		if pk == q.PK && strings.HasPrefix(sk, q.Prefix) && (q.After == "" || !q.Reverse && at > q.After || q.Reverse && at < q.After) {
			all = append(all, found{at, store.Keyed{Key: key, Item: maps.Clone(r.item)}})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if q.Reverse {
			a, b = b, a
		}
		return strings.Compare(a.at, b.at)
	})
	var page store.Page
	if limit := q.Cap(); len(all) > limit {
		all = all[:limit]
		page.Next = all[limit-1].at
	}
	for _, f := range all {
		page.Items = append(page.Items, f.Keyed)
	}
	return page, nil
}
