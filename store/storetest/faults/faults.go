// Package faults is a store that fails as a database across a network does, but
// by a seed: the same calls fail in the same way every time. It exists because
// what is exact on a store that answers every call once is often not exact on
// one that answers late, twice or never.
package faults

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/tollgate-llm/tollgate/store"
)

var (
	// ErrLost is the error of a call whose answer did not arrive. Nobody can
	// tell by it whether the call was carried out, or still will be.
	ErrLost = errors.New("the connection to the store was lost")
	// ErrDead is the error of every call after Kill.
	ErrDead = errors.New("the process is dead")
	// errOne says that the store below writes one item at a time.
	errOne = errors.New("the store is no store.Transactor")
)

// Op is a call of a store.
type Op uint8

// The calls.
const (
	Get Op = iota + 1
	Write
	Query
	WriteAll
)

func (o Op) String() string { return [...]string{"", "get", "write", "query", "write all"}[o] }

// Point is a moment in a program's life: just before or just after a call.
type Point struct {
	Call  int // from 1 on, as they begin
	Op    Op
	Key   store.Key // of a WriteAll its first item's; of a Query its PK and prefix
	After bool
}

// Store passes calls on to another, or fails them. It implements store.Store,
// and store.Transactor if the other does. Set the fields before the first call.
//
// What is late at one Store is known to that one only. So a test of several
// processes has one Store with faults for all, and above it one for each
// process, without faults, to watch and kill it.
type Store struct {
	// Fault decides what happens to a call; nil: nothing.
	Fault func(Point) Fault
	// At is called before and after each call, by the goroutine that makes it,
	// which it may end by a panic or runtime.Goexit; nil: nothing is.
	At func(Point)
	// Wait is what a slow call does, once before and once after it is carried
	// out; nil: nothing, so nothing is slow.
	Wait func(ctx context.Context)

	next  store.Store
	calls atomic.Int64
	dead  atomic.Bool
	mu    sync.Mutex
	hits  map[Kind]int
	late  []delayed
}

// delayed is a write on its way.
type delayed struct {
	key   store.Key
	waits int // for so many more writes of the item; 0: for Land
	do    func(context.Context) error
}

var (
	_ store.Store      = (*Store)(nil)
	_ store.Transactor = (*Store)(nil)
)

// New makes a store in front of another that only counts, until its fields are set.
func New(next store.Store) *Store { return &Store{next: next, hits: map[Kind]int{}} }

// Kill makes the process that uses this store a dead one: no call of it is
// carried out any more, or returns anything but ErrDead. A call that is being
// carried out still is, and what was late still lands.
func (s *Store) Kill() { s.dead.Store(true) }

// Calls is how many calls there were.
func (s *Store) Calls() int { return int(s.calls.Load()) }

// Hits is how often a fault happened to a call.
func (s *Store) Hits(k Kind) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits[k]
}

// Land carries out, in the order they were sent, the writes that are still on
// their way, and returns how many those were. Whether one is refused, nobody
// learns.
func (s *Store) Land(ctx context.Context) int {
	s.mu.Lock()
	due := s.late
	s.late = nil
	s.mu.Unlock()
	for _, d := range due {
		_ = d.do(ctx)
	}
	return len(due)
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	var item store.Item
	err := s.call(ctx, Point{Op: Get, Key: key}, nil, func(ctx context.Context) (err error) {
		item, err = s.next.Get(ctx, key, consistent)
		return err
	})
	if err != nil {
		return nil, err
	}
	return item, nil
}

// Write implements store.Store.
func (s *Store) Write(ctx context.Context, w store.Write) (store.Item, error) {
	var item store.Item
	err := s.call(ctx, Point{Op: Write, Key: w.Key}, []store.Write{w}, func(ctx context.Context) (err error) {
		item, err = s.next.Write(ctx, w)
		return err
	})
	if err != nil {
		return nil, err
	}
	return item, nil
}

// Query implements store.Store.
func (s *Store) Query(ctx context.Context, q store.Query) (store.Page, error) {
	var page store.Page
	err := s.call(ctx, Point{Op: Query, Key: store.Key{PK: q.PK, SK: q.Prefix}}, nil, func(ctx context.Context) (err error) {
		page, err = s.next.Query(ctx, q)
		return err
	})
	if err != nil {
		return store.Page{}, err
	}
	return page, nil
}

// WriteAll implements store.Transactor.
func (s *Store) WriteAll(ctx context.Context, writes []store.Write) error {
	next, ok := s.next.(store.Transactor)
	if !ok {
		return errOne
	}
	p := Point{Op: WriteAll}
	if len(writes) > 0 {
		p.Key = writes[0].Key
	}
	return s.call(ctx, p, writes, func(ctx context.Context) error { return next.WriteAll(ctx, writes) })
}
