package memory

import (
	"container/heap"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// end is when an item may go, if nobody has given it longer.
type end struct {
	at  time.Time
	key store.Key
}

// ends is a heap, the earliest first. It implements heap.Interface.
type ends []end

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i].at.Before(e[j].at) }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }

// Push implements heap.Interface.
func (e *ends) Push(v any) { *e = append(*e, v.(end)) }

// Pop implements heap.Interface.
func (e *ends) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// drop removes what has expired. The lock is held.
func (s *Store) drop() {
	now := s.now()
	for len(s.ends) > 0 && !now.Before(s.ends[0].at) {
		key := heap.Pop(&s.ends).(end).key
		if r, ok := s.items[key]; ok && !r.expires.IsZero() && !now.Before(r.expires) {
			s.put(key, row{})
		}
	}
}
