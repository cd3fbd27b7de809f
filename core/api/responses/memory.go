package responses

import (
	"container/list"
	"context"
	"sync"
)

// Memory is a Store within a process. When it is full, the oldest responses
// make room. It is ready to use once Limit is set.
type Memory struct {
	Limit int // bytes of responses and their input; one that is larger is not kept

	mu    sync.Mutex
	byID  map[string]*list.Element
	order list.List // of Stored, oldest first
	size  int
}

// Put implements Store.
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
	m.byID[r.ID] = m.order.PushBack(r)
	m.size += r.size()
	for m.size > m.Limit {
		m.drop(m.order.Front().Value.(Stored).ID)
	}
	return nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, id string) (Stored, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.byID[id]
	if !ok {
		return Stored{}, ErrNotFound
	}
	return e.Value.(Stored), nil
}

// Delete implements Store.
func (m *Memory) Delete(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(id)
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
