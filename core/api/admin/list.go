package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// mostListed is how many records of a list are looked at. LiteLLM's pages have
// numbers, and say how many there are, so each takes all before it.
const mostListed = 10_000

// paging is which page a query asks for, from 1, and how long pages are.
func paging(r *http.Request, sizeName string, usual int) (page, size int, err error) {
	if page, err = number(r, "page", 1, 1, 1_000_000); err != nil {
		return 0, 0, err
	}
	size, err = number(r, sizeName, usual, 1, 100)
	return page, size, err
}

// part is a page of a list.
func part[T any](all []T, page, size int) []T {
	from := min((page-1)*size, len(all))
	return all[from:min(from+size, len(all))]
}

func pages(total, size int) int { return (total + size - 1) / size }

// views reports whether an actor may see everything.
func views(a people.Actor) bool {
	return a.Role() == people.ProxyAdmin || a.Role() == people.ProxyAdminViewer
}

// all reads every page of a list.
func all[T any](get func(after string) (people.Page[T], error)) ([]*T, error) {
	var found []*T
	after := ""
	for {
		page, err := get(after)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			found = append(found, &page.Items[i])
		}
		if after = page.Next; after == "" {
			return found, nil
		}
		if len(found) >= mostListed {
			return nil, bad("", "there are more than %d: ask for those of one user, team or organization", mostListed)
		}
	}
}

// keysOf are the keys of a listing.
func (h *Handler) keysOf(ctx context.Context, a people.Actor, l people.Listing) ([]*people.Key, error) {
	l.Limit = 1000
	return all(func(after string) (people.Page[people.Key], error) {
		l.After = after
		return h.People.Keys.List(ctx, a, l)
	})
}

// visible are the keys that an actor may list: all, or its own and its teams'.
func (h *Handler) visible(ctx context.Context, a people.Actor) ([]*people.Key, error) {
	if views(a) {
		return h.keysOf(ctx, a, people.Listing{})
	}
	if a.UserID() == "" {
		return nil, forbidden("user_id", "You are not authorized to access this endpoint. No 'user_id' is associated with your API key.")
	}
	found, err := h.keysOf(ctx, a, people.Listing{User: a.UserID()})
	if err != nil {
		return nil, err
	}
	teams, err := all(func(after string) (people.Page[people.Team], error) {
		return h.People.Teams.List(ctx, a, people.Listing{User: a.UserID(), After: after})
	})
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		more, err := h.keysOf(ctx, a, people.Listing{Team: t.ID})
		if err != nil {
			return nil, err
		}
		for _, k := range more {
			if k.UserID != a.UserID() { // those are there already
				found = append(found, k)
			}
		}
	}
	return found, nil
}

// withUser adds the user of a key to it, if there is one that the actor may see.
func (h *Handler) withUser(ctx context.Context, a people.Actor, reply raw.Object, id string) (raw.Object, error) {
	u, err := h.People.Users.Get(ctx, a, id)
	if errors.Is(err, llm.NotFoundError) {
		return reply, nil
	}
	if err != nil {
		return reply, err
	}
	user, err := h.user(ctx, u)
	return reply.WithRaw("user", json.RawMessage(user.Bytes())), err
}

// sortBy sorts records by an order, and those that are alike in it by their ids.
func sortBy[T any](records []T, order func(x, y T) int, id func(T) string, down bool) {
	slices.SortFunc(records, func(x, y T) int {
		n := cmp.Or(order(x, y), strings.Compare(id(x), id(y)))
		if down {
			return -n
		}
		return n
	})
}
