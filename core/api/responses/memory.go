package responses

import (
	"container/list"
	"context"
	"sync"
)

// Memory is a Store within a process, for gateways that are given no place to
// keep anything. A store.Store in memory would not do: it forgets nothing before
// its time, because money is in it, and a month of responses is more than a
// process has room for. Here the oldest make room. It is ready to use once Limit
// is set.
type Memory struct {
	Limit int // bytes of responses and their input; one that is larger is not kept

	mu    sync.Mutex
	byID  map[string]*list.Element
	order list.List // of Stored, oldest first
	size  int
}

// Put implements Store. A response larger than Limit is not kept, and not said
// to be: the error is ErrTooLarge.
func (m *Memory) Put(_ context.Context, r Stored) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byID == nil {
		m.byID = map[string]*list.Element{}
	}
	if e, ok := m.byID[r.ID]; ok && e.Value.(Stored).Owner != r.Owner {
		return ErrTaken
	}
	m.drop(r.ID)
	if r.size() > m.Limit {
		return ErrTooLarge
	}
	m.byID[r.ID] = m.order.PushBack(r)
	m.size += r.size()
	for m.size > m.Limit {
		m.drop(m.order.Front().Value.(Stored).ID)
	}
	return nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, owner, id string) (Stored, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.byID[id]
	if !ok {
		return Stored{}, ErrNotFound
	}
	r := e.Value.(Stored)
	if r.Owner != owner {
		return Stored{}, ErrTaken
	}
	return r, nil
}

// Delete implements Store.
func (m *Memory) Delete(_ context.Context, owner, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.byID[id]; ok && e.Value.(Stored).Owner == owner {
		m.drop(id)
	}
	return nil
}

// drop forgets a response. The lock is held.
func (m *Memory) drop(id string) {
	if e, ok := m.byID[id]; ok {
		m.size -= e.Value.(Stored).size()
		m.order.Remove(e)
		delete(m.byID, id)
	}
}

// size is about how many bytes the response takes.
func (r Stored) size() int {
	const rest = 256 // of its place in the map and the list
	n := rest + len(r.ID) + len(r.Owner) + len(r.Previous) + len(r.Response)
	for _, item := range r.Input {
		n += len(item) + 24
	}
	return n
}
