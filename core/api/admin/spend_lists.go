package admin

import (
	"context"
	"net/http"
	"net/url"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// SpendKeys answers GET /spend/keys: the keys that the caller may list, those
// that spent most first.
func (h *Handler) SpendKeys(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	keys, err := h.seen(ctx, a, caller)
	if err == nil {
		err = h.sorted(ctx, keys, url.Values{"sort_by": {"spend"}})
	}
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(keys))
	err = each.All(len(keys), func(i int) (err error) {
		rows[i], err = h.row(ctx, keys[i])
		rows[i] = rows[i].WithText("token", keys[i].Token)
		return err
	})
	if err != nil {
		return err
	}
	return w.Value(list(rows))
}

// seen are the keys that an actor may list, or the one it has.
func (h *Handler) seen(ctx context.Context, a people.Actor, caller *llm.Caller) ([]*people.Key, error) {
	if !views(a) && a.UserID() == "" {
		return one(h.find(ctx, a, caller.KeyHash))
	}
	return h.visible(ctx, a)
}

// SpendUsers answers GET /spend/users: the user that the query names, or all
// that the caller may see.
func (h *Handler) SpendUsers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	id := r.URL.Query().Get("user_id")
	if id == "" && views(a) {
		return answerAll(w, func(after string) (people.Page[people.User], error) {
			return h.People.Users.List(ctx, a, people.Listing{After: after, Limit: 1000})
		}, func(u *people.User) (raw.Object, error) { return h.user(ctx, u) })
	}
	if id == "" {
		id = a.UserID()
	}
	u, err := h.People.Users.Get(ctx, a, id)
	if err != nil {
		return err
	}
	row, err := h.user(ctx, u)
	if err != nil {
		return err
	}
	return w.Value(list([]raw.Object{row}))
}
