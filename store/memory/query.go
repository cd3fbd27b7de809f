package memory

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/tollgate-llm/tollgate/store"
)

// partition is one of the items, or of an index.
type partition struct{ index, pk string }

// place is where an item stands in a partition. In an index several items may
// have one SK, so the key belongs to it.
type place struct {
	sk  string
	key store.Key
}

func (p place) compare(q place) int {
	return cmp.Or(strings.Compare(p.sk, q.sk), strings.Compare(p.key.PK, q.key.PK), strings.Compare(p.key.SK, q.key.SK))
}

// placesOf are an item's places; nil stands for no item.
func placesOf(key store.Key, item store.Item) map[partition]place {
	if item == nil {
		return nil
	}
	found := map[partition]place{{"", key.PK}: {key.SK, key}}
	pk, hasPK := item[store.Index1PK].(string)
	sk, hasSK := item[store.Index1SK].(string)
	if hasPK && hasSK {
		found[partition{store.Index1, pk}] = place{sk, key}
	}
	return found
}

// places are the items of a partition in order.
type places []place

func (all places) with(p place) places {
	i, _ := slices.BinarySearchFunc(all, p, place.compare)
	return slices.Insert(all, i, p)
}

func (all places) without(p place) places {
	if i, ok := slices.BinarySearchFunc(all, p, place.compare); ok {
		return slices.Delete(all, i, i+1)
	}
	return all
}

// between are the places that a query is about, in the partition's order.
func (all places) between(q store.Query) (places, error) {
	from := sort.Search(len(all), func(i int) bool { return all[i].sk >= q.Prefix })
	all = all[from:]
	n := sort.Search(len(all), func(i int) bool { return !strings.HasPrefix(all[i].sk, q.Prefix) })
	all = all[:n]
	if q.After == "" {
		return all, nil
	}
	last, err := afterCursor(q)
	if err != nil {
		return nil, err
	}
	i, found := slices.BinarySearchFunc(all, last, place.compare)
	switch {
	case q.Reverse:
		return all[:i], nil
	case found:
		i++
	}
	return all[i:], nil
}

// cursor is the Next of a page that ends with this place; afterCursor reads it.
func (p place) cursor(q store.Query) string {
	if q.Index == "" {
		return p.sk
	}
	return fmt.Sprintf("%q%q%q", p.sk, p.key.PK, p.key.SK)
}

func afterCursor(q store.Query) (place, error) {
	if q.Index == "" {
		return place{q.After, store.Key{PK: q.PK, SK: q.After}}, nil
	}
	var p place
	if _, err := fmt.Sscanf(q.After, "%q%q%q", &p.sk, &p.key.PK, &p.key.SK); err != nil {
		return place{}, fmt.Errorf("%q is no page's Next: %w", q.After, err)
	}
	return p, nil
}

// Query implements store.Store.
func (s *Store) Query(ctx context.Context, q store.Query) (store.Page, error) {
	if err := ctx.Err(); err != nil {
		return store.Page{}, err
	}
	if q.Index != "" && q.Index != store.Index1 {
		return store.Page{}, fmt.Errorf("there is no index %q", q.Index)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := s.order[partition{q.Index, q.PK}].between(q)
	if err != nil {
		return store.Page{}, err
	}
	var page store.Page
	var last place
	for i := range all {
		p := all[i]
		if q.Reverse {
			p = all[len(all)-1-i]
		}
		r := s.row(p.key)
		if r.item == nil {
			continue
		}
		if len(page.Items) == q.Cap() {
			page.Next = last.cursor(q)
			break
		}
		page.Items = append(page.Items, store.Keyed{Key: p.key, Item: maps.Clone(r.item)})
		last = p
	}
	return page, nil
}
