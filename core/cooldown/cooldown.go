// Package cooldown lets all processes know which deployments rest, so that what
// one of them learned from failures spares the others the same. A process looks
// at most once a second, with one query, and writes on failures only; it learns
// of another's within two seconds. When the store fails, deployments rest in the
// processes where they failed and nowhere else: no call fails for it.
//
// Everybody looks, so there are 16 copies of what they see, each a partition of
// its own: a store reads some thousand times a second from one.
package cooldown

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

const (
	copies = 16
	// fresh is for how long what was read is good enough. Until stale it is
	// used while somebody else reads.
	fresh = time.Second
	stale = 2 * time.Second
	// patience is how long the store may take. Calls wait for it.
	patience = 500 * time.Millisecond
)

// Shared knows which deployments rest. Its fields do not change after the first
// use; it is safe for concurrent use, and implements router.Rests.
type Shared struct {
	Store  store.Store
	Now    func() time.Time
	Random func() float64 // in [0, 1)
	// Trouble, if not nil, is told what the store could not do.
	Trouble func(error)

	mu      sync.Mutex
	until   map[string]time.Time // by deployment
	read    time.Time
	reading chan struct{} // closed when who reads is done; nil when nobody does
}

// The attributes: until when a deployment rests, in milliseconds since 1970, and
// how often it failed within a minute of the clock.
const (
	until = "until"
	fails = "n"
)

func copyKey(n int, id string) store.Key {
	return store.Key{PK: "CD#" + strconv.Itoa(n), SK: "d#" + id}
}

// Until is when a deployment may be called again; a time that is not in the
// future means now.
func (s *Shared) Until(ctx context.Context, id string) time.Time {
	if wait := s.look(ctx); wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.until[id]
}

// look reads what others wrote, if that is due. Who must wait for another that
// reads gets what to wait for.
func (s *Shared) look(ctx context.Context) (wait <-chan struct{}) {
	s.mu.Lock()
	now := s.Now()
	age := now.Sub(s.read)
	if s.reading != nil && age >= stale {
		wait = s.reading
	}
	if s.reading != nil || age < fresh {
		s.mu.Unlock()
		return wait
	}
	done := make(chan struct{})
	s.reading = done
	s.mu.Unlock()
	page, err := s.query(ctx)
	s.mu.Lock()
	s.reading, s.read = nil, now // after an error, too: a store in trouble is not asked more often
	s.merge(page, now)
	s.mu.Unlock()
	close(done)
	s.tell(err)
	return nil
}

// query reads one copy. It goes on when the caller leaves: others wait for it.
func (s *Shared) query(ctx context.Context) (store.Page, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	n := min(int(s.Random()*copies), copies-1)
	page, err := s.Store.Query(ctx, store.Query{PK: copyKey(n, "").PK, Prefix: "d#", Limit: store.MaxLimit})
	if err != nil {
		return store.Page{}, fmt.Errorf("read which deployments rest: %w", err)
	}
	return page, nil
}

// merge adds what was read to what is known already, some of which may not have
// reached that copy. The lock is held.
func (s *Shared) merge(page store.Page, now time.Time) {
	for id, end := range s.until {
		if !end.After(now) {
			delete(s.until, id)
		}
	}
	for _, row := range page.Items {
		s.know(row.SK[len("d#"):], time.UnixMilli(row.Item.Int(until)))
	}
}

// know notes a rest, unless a longer one is known. The lock is held.
func (s *Shared) know(id string, end time.Time) {
	if s.until == nil {
		s.until = map[string]time.Time{}
	}
	if end.After(s.until[id]) {
		s.until[id] = end
	}
}
