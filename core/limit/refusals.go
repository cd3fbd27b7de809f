package limit

import (
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// remembered is how long a refusal spares the store the same question.
const remembered = time.Second

// refusals are the items that refused something lately, as they were then, so
// that callers who are refused and ask again in a loop write nothing. Whether an
// item refuses another request is for who asks: limits change, and a smaller
// request may fit. The zero value is ready.
type refusals struct {
	mu    sync.Mutex
	items map[store.Key]refusal
}

type refusal struct {
	item  store.Item
	until time.Time
}

// manyRefusals is the number of items from which on old ones are swept out.
const manyRefusals = 10_000

func (r *refusals) remember(key store.Key, item store.Item, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.items) >= manyRefusals {
		for key, had := range r.items {
			if !now.Before(had.until) {
				delete(r.items, key)
			}
		}
	}
	if r.items == nil || len(r.items) >= manyRefusals {
		r.items = map[store.Key]refusal{} // forgetting costs writes, nothing else
	}
	r.items[key] = refusal{item, now.Add(remembered)}
}

func (r *refusals) find(key store.Key, now time.Time) (store.Item, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	had, ok := r.items[key]
	return had.item, ok && now.Before(had.until)
}

// forget lets the store be asked again: something was given back.
func (r *refusals) forget(key store.Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.items, key)
}
