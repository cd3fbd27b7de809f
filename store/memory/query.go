package memory

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
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
func (all places) between(q store.Query) places {
	from, _ := slices.BinarySearchFunc(all, q.Prefix, func(p place, prefix string) int { return strings.Compare(p.sk, prefix) })
	all = all[from:]
	n, _ := slices.BinarySearchFunc(all, q.Prefix, func(p place, prefix string) int {
		if strings.HasPrefix(p.sk, prefix) {
			return -1
		}
		return 1
	})
	all = all[:n]
	if q.After == "" {
		return all
	}
	// What a page ended with is passed over; after a mere SK, all that have it.
	at := place{sk: q.After}
	_, err := fmt.Sscanf(q.After, "%q%q%q", &at.sk, &at.key.PK, &at.key.SK)
	isPlace := q.Index != "" && err == nil
	if !isPlace {
		at = place{sk: q.After}
	}
	position := func(p place, at place) int {
		if isPlace {
			return p.compare(at)
		}
		return strings.Compare(p.sk, at.sk)
	}
	first, _ := slices.BinarySearchFunc(all, at, position)
	if q.Reverse {
		return all[:first]
	}
	for first < len(all) && position(all[first], at) == 0 {
		first++
	}
	return all[first:]
}

// cursor is what a page's Next is after this place.
func (p place) cursor(q store.Query) string {
	if q.Index == "" {
		return p.sk
	}
	return fmt.Sprintf("%q%q%q", p.sk, p.key.PK, p.key.SK)
}

// Query implements store.Store.
func (s *Store) Query(ctx context.Context, q store.Query) (store.Page, error) {
	if err := ctx.Err(); err != nil {
		return store.Page{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.order[partition{q.Index, q.PK}].between(q)
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
