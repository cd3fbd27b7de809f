package admin

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// ListUsers answers GET /user/list, for administrators.
func (h *Handler) ListUsers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	q := r.URL.Query()
	page, size, err := paging(r, "page_size", 25)
	if err != nil {
		return err
	}
	found, err := all(func(after string) (people.Page[people.User], error) {
		return h.People.Users.List(ctx, a, people.Listing{After: after, Limit: 1000})
	})
	if err != nil {
		return err
	}
	members, err := h.inTeam(ctx, a, q.Get("team"))
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(u *people.User) bool {
		role, email := q.Get("role"), strings.ToLower(q.Get("user_email"))
		return role != "" && string(u.Role) != role || !strings.Contains(strings.ToLower(u.Email), email) ||
			!among(q.Get("user_ids"), u.ID, true) || !among(q.Get("sso_user_ids"), u.SSOUserID, false) || members != nil && !members[u.ID]
	})
	orders := map[string]func(x, y *people.User) int{
		"user_id":    func(x, y *people.User) int { return strings.Compare(x.ID, y.ID) },
		"user_email": func(x, y *people.User) int { return strings.Compare(x.Email, y.Email) },
		"user_role":  func(x, y *people.User) int { return strings.Compare(string(x.Role), string(y.Role)) },
		"created_at": func(x, y *people.User) int { return x.CreatedAt.Compare(y.CreatedAt.Time) },
	}
	by := q.Get("sort_by")
	order := orders[cmp.Or(by, "created_at")]
	if order == nil {
		return bad("sort_by", "Invalid sort column. Must be one of: user_id, user_email, user_role, created_at")
	}
	down := by == "" || strings.EqualFold(q.Get("sort_order"), "desc")
	sortBy(found, order, func(u *people.User) string { return u.ID }, down)
	some := part(found, page, size)
	users := make([]raw.Object, len(some))
	err = each.All(len(some), func(i int) error {
		keys, err := h.keysOf(ctx, a, people.Listing{User: some[i].ID})
		if err != nil {
			return err
		}
		if users[i], err = h.user(ctx, some[i]); err == nil {
			users[i], err = users[i].With("key_count", len(keys))
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.Value(paged("users", users, len(found), page, size))
}

// inTeam are the members of a team; nil when none is asked for.
func (h *Handler) inTeam(ctx context.Context, a people.Actor, team string) (map[string]bool, error) {
	if team == "" {
		return nil, nil
	}
	members, err := h.members(ctx, a, team)
	if err != nil && !errors.Is(err, llm.NotFoundError) {
		return nil, err
	}
	in := map[string]bool{}
	for _, m := range members {
		in[m.UserID] = true
	}
	return in, nil
}

// among reports whether a text is one of those in a query, separated by commas.
// One alone may be a part of it, if parts do.
func among(asked, text string, parts bool) bool {
	if asked == "" {
		return true
	}
	all := strings.Split(asked, ",")
	if len(all) == 1 && parts {
		return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(all[0])))
	}
	return slices.ContainsFunc(all, func(one string) bool { return strings.TrimSpace(one) == text })
}
