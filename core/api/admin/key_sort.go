package admin

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/people"
)

// sorted puts keys in the order that a query asks for: the newest first.
func (h *Handler) sorted(ctx context.Context, keys []*people.Key, q url.Values) error {
	spend := make(map[string]int64, len(keys))
	orders := map[string]func(a, b *people.Key) int{
		"created_at": func(a, b *people.Key) int { return a.CreatedAt.Compare(b.CreatedAt.Time) },
		"updated_at": func(a, b *people.Key) int { return a.UpdatedAt.Compare(b.UpdatedAt.Time) },
		"token":      func(a, b *people.Key) int { return strings.Compare(a.Token, b.Token) },
		"key_alias":  func(a, b *people.Key) int { return strings.Compare(a.Alias, b.Alias) },
		"max_budget": func(a, b *people.Key) int { return cmp.Compare(amount(a.MaxBudget), amount(b.MaxBudget)) },
		"spend":      func(a, b *people.Key) int { return cmp.Compare(spend[a.Token], spend[b.Token]) },
	}
	by := cmp.Or(q.Get("sort_by"), "created_at")
	order, ok := orders[by]
	if !ok {
		return bad("sort_by", "Invalid sort column. Must be one of: spend, max_budget, created_at, updated_at, token, key_alias")
	}
	direction := strings.ToLower(cmp.Or(q.Get("sort_order"), "desc"))
	if direction != "asc" && direction != "desc" {
		return bad("sort_order", "Invalid sort order. Must be 'asc' or 'desc'")
	}
	if by == "spend" {
		all := make([]int64, len(keys))
		err := each.All(len(keys), func(i int) (err error) {
			all[i], _, err = h.Spent(ctx, keys[i])
			return err
		})
		if err != nil {
			return err
		}
		for i, k := range keys {
			spend[k.Token] = all[i]
		}
	}
	slices.SortFunc(keys, func(a, b *people.Key) int {
		n := cmp.Or(order(a, b), strings.Compare(a.Token, b.Token))
		if direction == "desc" {
			return -n
		}
		return n
	})
	return nil
}

// amount is a budget for sorting: none is more than any.
func amount(d *people.Dollars) people.Dollars {
	if d == nil {
		return people.MaxDollars + 1
	}
	return *d
}
