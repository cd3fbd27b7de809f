package access_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// watched is a store in memory that can tell all it has, and go back to what it
// had. Everything is written through it, so the keys that it has seen are all.
type watched struct {
	*memory.Store

	mu   sync.Mutex
	seen map[store.Key]bool // all that was ever written
	made map[store.Key]store.Write
	was  map[store.Key]store.Item // at the mark
	hot  map[store.Key]bool       // written since the mark
}

func watch(s *memory.Store) *watched {
	return &watched{Store: s, seen: map[store.Key]bool{}, made: map[store.Key]store.Write{}, was: map[store.Key]store.Item{}, hot: map[store.Key]bool{}}
}

func (w *watched) note(all ...store.Write) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range all {
		w.seen[one.Key], w.hot[one.Key] = true, true
		if !one.Expires.IsZero() {
			w.made[one.Key] = one
		}
	}
}

// Write is the store's.
func (w *watched) Write(ctx context.Context, one store.Write) (store.Item, error) {
	w.note(one)
	return w.Store.Write(ctx, one)
}

// WriteAll is the store's.
func (w *watched) WriteAll(ctx context.Context, all []store.Write) error {
	w.note(all...)
	return w.Store.WriteAll(ctx, all)
}

func (w *watched) item(t *testing.T, key store.Key) store.Item {
	t.Helper()
	item, err := w.Get(context.WithoutCancel(t.Context()), key, true)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	return item
}

// mark remembers everything as it is.
func (w *watched) mark(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for key := range w.seen {
		w.was[key] = w.item(t, key)
	}
	clear(w.hot)
}

// changed lists what is not as it was at the mark.
func (w *watched) changed(t *testing.T) []string {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for key := range w.hot {
		if is := w.item(t, key); !reflect.DeepEqual(is, w.was[key]) {
			all = append(all, key.PK+" "+key.SK)
		}
	}
	slices.Sort(all)
	return all
}

// restore makes everything as it was at the mark.
func (w *watched) restore(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for key := range w.hot {
		back := store.Write{Key: key, Delete: true}
		if was := w.was[key]; was != nil {
			back = store.Write{Key: key, Whole: true, Set: maps.Clone(was), Expires: w.made[key].Expires}
		}
		if _, err := w.Store.Write(context.WithoutCancel(t.Context()), back); err != nil {
			t.Fatal(err)
		}
	}
	clear(w.hot)
}

// dump is all that the store has, as text.
func (w *watched) dump(t *testing.T) string {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for key := range w.seen {
		if item := w.item(t, key); item != nil {
			fmt.Fprintf(&b, "%s %s", key.PK, key.SK)
			for _, name := range slices.Sorted(maps.Keys(item)) {
				fmt.Fprintf(&b, " %s=%s", name, fmt.Sprintf(verb(item[name]), item[name]))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// verb shows bytes as the text that they may be.
func verb(v store.Value) string {
	if _, ok := v.([]byte); ok {
		return "%s"
	}
	return "%v"
}
