// Package storetest holds a store to what package store says. A budget is only
// as exact as the conditions of the place it is kept in, and databases differ
// where nobody looks: in what an absent attribute is unequal to, in the order of
// letters beyond ASCII, in what an expired item still answers. So there is one
// suite, and every implementation passes it.
package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Run tests a store. It is opened once, with the clock by which its items
// expire, and may hold other items already: the suite's keys are its own. The
// clock begins at the present and only goes forward. The store must be a
// store.Transactor, too.
func Run(t *testing.T, open func(t *testing.T, now func() time.Time) store.Store) {
	c := &clock{at: time.Now().UTC().Truncate(time.Second)}
	s := &suite{Store: open(t, c.now), clock: c, name: rand.Text()}
	for _, part := range []struct {
		name string
		test func(*testing.T, *suite)
	}{
		{"conditions", testConditions},
		{"condition of several", testSeveralConditions},
		{"write", testWrites},
		{"attribute names", testNames},
		{"large", testLarge},
		{"large page", testLargePage},
		{"keys", testKeys},
		{"binary", testBinary},
		{"copies", testCopies},
		{"expiry", testExpiry},
		{"query", testQueries},
		{"query limits", testLimits},
		{"pages", testPages},
		{"pages of a growing partition", testGrowing},
		{"index", testIndex},
		{"index pages", testIndexPages},
		{"write all", testWriteAll},
		{"write all bounds", testWriteAllBounds},
		{"inconsistent reads", testInconsistent},
		{"cancelled", testCancelled},
		{"limit under concurrency", testConcurrency},
		{"one of many wins", testOneWins},
		{"transfers", testTransfers},
		{"as the model", testModel},
		{"linearizable", testHistories},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, s) })
	}
}

// suite is the store under test, with a name that nothing in it has yet.
type suite struct {
	store.Store
	clock *clock
	name  string

	mu   sync.Mutex
	last int
}

// partition is a PK that no other test uses.
func (s *suite) partition() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	return fmt.Sprintf("%s#%d", s.name, s.last)
}

func (s *suite) key() store.Key { return store.Key{PK: s.partition(), SK: "#"} }

// have makes an item be as given; nil for none, under a key of its own.
func (s *suite) have(t *testing.T, item store.Item) store.Key {
	t.Helper()
	key := s.key()
	if item != nil {
		s.put(t, store.Write{Key: key, Set: item})
	}
	return key
}

// put writes what must succeed.
func (s *suite) put(t *testing.T, w store.Write) store.Item {
	t.Helper()
	item, err := s.Write(t.Context(), w)
	if err != nil {
		t.Fatalf("write %q %q: got error %v, want none", w.Key.PK, w.Key.SK, err)
	}
	return item
}

// wantItem reads an item, which must be as given; nil: it must not be there.
func (s *suite) wantItem(t *testing.T, key store.Key, want store.Item) {
	t.Helper()
	got, err := s.Get(t.Context(), key, true)
	switch {
	case want == nil && !errors.Is(err, store.ErrNotFound):
		t.Errorf("get: got %v and error %v, want ErrNotFound", brief(got), err)
	case want != nil && err != nil:
		t.Errorf("get: got error %v, want %v", err, brief(want))
	case want != nil && !same(got, want):
		t.Errorf("get: got %v, want %v", brief(got), brief(want))
	}
}

// wantRefused holds an error to be a refusal that shows an item.
func wantRefused(t *testing.T, err error, item store.Item) *store.Refused {
	t.Helper()
	var refused *store.Refused
	switch {
	case !errors.As(err, &refused):
		t.Fatalf("got error %v, want a refusal", err)
	case !same(refused.Item, item):
		t.Fatalf("the refusal shows %v, want %v", brief(refused.Item), brief(item))
	}
	return refused
}

// wantOther holds an error to be none of those that say what happened.
func wantOther(t *testing.T, err error) {
	t.Helper()
	var refused *store.Refused
	if err == nil || errors.As(err, &refused) || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrThrottled) {
		t.Errorf("got error %v, want one that is no refusal, ErrNotFound or ErrThrottled", err)
	}
}

// same reports whether two items are alike. None is not like one without
// attributes.
func same(a, b store.Item) bool {
	return (a == nil) == (b == nil) && maps.EqualFunc(a, b, func(v, w store.Value) bool {
		x, ok := v.([]byte)
		y, both := w.([]byte)
		if ok || both {
			return ok && both && bytes.Equal(x, y)
		}
		return v == w
	})
}

// brief is an item for a message: %v of a large one would fill the screen.
func brief(item store.Item) string {
	const most = 300
	text := fmt.Sprintf("%#v", item)
	if len(text) > most {
		return fmt.Sprintf("%s... (%d bytes)", text[:most], len(text))
	}
	return text
}

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// insist repeats a write that a store is too busy for.
func insist(ctx context.Context, s store.Store, w store.Write) (store.Item, error) {
	for {
		item, err := s.Write(ctx, w)
		if !errors.Is(err, store.ErrThrottled) || ctx.Err() != nil {
			return item, err
		}
	}
}
