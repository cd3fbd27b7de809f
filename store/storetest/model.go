package storetest

import (
	"bytes"
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// model is what a store is, as simply as it can be said: one map, and nothing
// shared with the stores themselves.
type model struct {
	now   func() time.Time
	items map[store.Key]timed
}

type timed struct {
	item    store.Item
	expires time.Time
}

// at is an item, nil when there is none.
func (m *model) at(key store.Key) timed {
	if had := m.items[key]; had.expires.IsZero() || m.now().Before(had.expires) {
		return had
	}
	return timed{}
}

// write is what becomes of a write: one of the two says that nothing did.
func (m *model) write(w store.Write) (is store.Item, refused, invalid bool) {
	had := m.at(w.Key)
	is, refused, invalid = next(w, had.item)
	switch {
	case refused || invalid:
		return is, refused, invalid
	case w.Delete:
		delete(m.items, w.Key)
	default:
		expires := had.expires
		if !w.Expires.IsZero() {
			expires = w.Expires
		}
		m.items[w.Key] = timed{is, expires}
	}
	return is, false, false
}

// next is the item after a write; had itself when nothing was written.
func next(w store.Write, had store.Item) (is store.Item, refused, invalid bool) {
	for _, c := range w.If {
		if !fulfils(had, c) {
			return had, true, false
		}
	}
	if w.Delete {
		return nil, false, false
	}
	is = store.Item{}
	if !w.Whole {
		maps.Copy(is, had)
	}
	for name, n := range w.Add {
		var old int64
		if v, ok := is[name]; ok {
			if old, ok = v.(int64); !ok {
				return had, false, true
			}
		}
		sum := new(big.Int).Add(big.NewInt(old), big.NewInt(n))
		if !sum.IsInt64() {
			return had, false, true
		}
		is[name] = sum.Int64()
	}
	maps.Copy(is, w.Set)
	for _, name := range w.Remove {
		delete(is, name)
	}
	return is, false, false
}

func fulfils(item store.Item, c store.Condition) bool {
	v, ok := item[c.Attr]
	if c.Op == store.Present || c.Op == store.Absent {
		return ok == (c.Op == store.Present)
	}
	if !ok {
		return c.OrAbsent
	}
	var order int
	switch v := v.(type) {
	case int64:
		w, is := c.Value.(int64)
		order, ok = cmp.Compare(v, w), is
	case string:
		w, is := c.Value.(string)
		order, ok = strings.Compare(v, w), is
	case []byte:
		w, is := c.Value.([]byte)
		order, ok = bytes.Compare(v, w), is
	}
	holds := map[store.Op][]int{
		store.Equal: {0}, store.Unequal: {-1, 1}, store.Less: {-1}, store.AtMost: {-1, 0}, store.More: {1}, store.AtLeast: {0, 1},
	}
	return ok && slices.Contains(holds[c.Op], order)
}

// query lists the SKs of a whole answer, without pages.
func (m *model) query(q store.Query) (sks []string) {
	for key := range m.items {
		isAfter := q.After == "" || !q.Reverse && key.SK > q.After || q.Reverse && key.SK < q.After
		if key.PK == q.PK && strings.HasPrefix(key.SK, q.Prefix) && isAfter && m.at(key).item != nil {
			sks = append(sks, key.SK)
		}
	}
	slices.Sort(sks)
	if q.Reverse {
		slices.Reverse(sks)
	}
	return sks
}
