package limit_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// stage is a store on which nothing happens until the explorer says so: each
// write waits for its turn and its fate. Actors are known by their contexts.
type stage struct {
	store.Store
	mu     sync.Mutex
	calls  []*stagedCall
	dead   map[int]bool
	choose func(n int) int // in [0, n)
	late   []store.Write   // lost, but not for ever
	faults int
	waits  int // how often time passed
}

type stagedCall struct {
	actor int
	write store.Write // without a key: no write, but work that takes its time
	done  chan fate
}

type fate struct {
	item store.Item
	err  error
}

type actorKey struct{}

var errDied = errors.New("the process died")

func (s *stage) Write(ctx context.Context, w store.Write) (store.Item, error) {
	return s.wait(ctx, w)
}

func (s *stage) wait(ctx context.Context, w store.Write) (store.Item, error) {
	actor := ctx.Value(actorKey{}).(int)
	s.mu.Lock()
	if s.dead[actor] {
		s.mu.Unlock()
		return nil, errDied
	}
	c := &stagedCall{actor, w, make(chan fate, 1)}
	s.calls = append(s.calls, c)
	s.mu.Unlock()
	select {
	case f := <-c.done:
		return f.item, f.err
	case <-ctx.Done(): // it may yet happen
		return nil, ctx.Err()
	}
}

// run gives turns until the actors are done.
func (s *stage) run(done func() bool) {
	last := -1
	for synctest.Wait(); !done(); synctest.Wait() {
		c := s.next(last)
		if c == nil {
			time.Sleep(50 * time.Millisecond) // an actor pauses
			continue
		}
		last = c.actor
		c.done <- s.fate(c)
	}
	for _, w := range s.late {
		_, _ = s.Store.Write(context.Background(), w)
	}
}

// next draws whose turn it is. Often it is the last one's: faults hide in long
// runs of one actor.
func (s *stage) next(last int) *stagedCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) == 0 {
		return nil
	}
	slices.SortStableFunc(s.calls, func(a, b *stagedCall) int {
		return cmp.Or(a.actor-b.actor, strings.Compare(a.write.Key.PK, b.write.Key.PK))
	})
	i := slices.IndexFunc(s.calls, func(c *stagedCall) bool { return c.actor == last })
	if i < 0 || s.choose(3) == 0 {
		i = s.choose(len(s.calls))
	}
	c := s.calls[i]
	s.calls = slices.Delete(s.calls, i, i+1)
	return c
}

func (s *stage) fate(c *stagedCall) fate {
	apply := func(w store.Write) fate {
		item, err := s.Store.Write(context.Background(), w)
		return fate{item, err}
	}
	if len(s.late) > 0 && s.choose(4) == 0 {
		apply(s.late[0])
		s.late = s.late[1:]
	}
	if s.choose(12) == 0 {
		s.waits++
		time.Sleep([]time.Duration{time.Second, 4 * time.Second, 20 * time.Second, time.Minute}[s.choose(4)])
	}
	if c.write.Key == (store.Key{}) {
		return fate{}
	}
	what := s.choose(24)
	if what > 0 && what < 6 {
		s.faults++
	}
	switch what {
	case 1:
		return fate{nil, store.ErrThrottled}
	case 2:
		return fate{nil, errLost}
	case 3:
		apply(c.write)
		return fate{nil, errLost}
	case 4:
		s.late = append(s.late, c.write)
		return fate{nil, errLost}
	case 5:
		s.mu.Lock()
		s.dead[c.actor] = true
		s.mu.Unlock()
		if s.choose(2) == 0 {
			apply(c.write)
		}
		return fate{nil, errDied}
	}
	return apply(c.write)
}
