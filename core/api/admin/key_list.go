package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// ListKeys answers GET /key/list. Who is no administrator gets its own keys,
// and those of its teams with include_team_keys. status is refused: deleted
// keys are in the audit log.
func (h *Handler) ListKeys(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	q := r.URL.Query()
	page, size, err := paging(r, "size", 10)
	if err != nil {
		return err
	}
	full, err := flag(r, "return_full_object")
	if err != nil {
		return err
	}
	if q.Get("status") != "" {
		return bad("status", "deleted keys are not listed; the audit log has them")
	}
	keys, err := h.listed(ctx, a, r)
	if err != nil {
		return err
	}
	if err := h.sorted(ctx, keys, q); err != nil {
		return err
	}
	users := slices.Contains(q["expand"], "user")
	some := part(keys, page, size)
	shown := make([]json.RawMessage, len(some))
	err = each.All(len(some), func(i int) error {
		k := some[i]
		if !full && !users {
			shown[i] = raw.Quote(k.Token)
			return nil
		}
		o, err := h.key(ctx, keyForm, k)
		if err != nil {
			return err
		}
		o = o.Renamed("organization_id", "org_id").WithText("token", k.Token)
		if users && k.UserID != "" {
			if o, err = h.withUser(ctx, a, o, k.UserID); err != nil {
				return err
			}
		}
		shown[i] = o.Bytes()
		return nil
	})
	if err != nil {
		return err
	}
	return w.Value(struct {
		Keys  []json.RawMessage `json:"keys"`
		Total int               `json:"total_count"`
		Page  int               `json:"current_page"`
		Pages int               `json:"total_pages"`
	}{shown, len(keys), page, pages(len(keys), size)})
}

// listed are the keys that a request's filters let through, all of which must.
func (h *Handler) listed(ctx context.Context, a people.Actor, r *http.Request) ([]*people.Key, error) {
	q := r.URL.Query()
	team, user, organization, alias, hash := q.Get("team_id"), q.Get("user_id"), q.Get("organization_id"), q.Get("key_alias"), q.Get("key_hash")
	viewer := views(a)
	if !viewer {
		switch {
		case a.UserID() == "":
			return nil, forbidden("user_id", "You are not authorized to access this endpoint. No 'user_id' is associated with your API key.")
		case user != "" && user != a.UserID():
			return nil, forbidden("user_id", "You are not authorized to check another user's keys")
		}
	}
	teams, err := flag(r, "include_team_keys")
	if err != nil {
		return nil, err
	}
	created, err := flag(r, "include_created_by_keys")
	if err != nil {
		return nil, err
	}
	var from []*people.Key
	switch {
	case hash != "":
		from, err = one(h.find(ctx, a, hash))
	case alias != "":
		from, err = one(h.People.Keys.ByAlias(ctx, a, alias))
	case !viewer && !teams && !created:
		from, err = h.keysOf(ctx, a, people.Listing{User: a.UserID()})
		user = a.UserID()
	case !viewer:
		from, err = h.visible(ctx, a)
	case user != "" && !created:
		from, err = h.keysOf(ctx, a, people.Listing{User: user})
	case team != "":
		from, err = h.keysOf(ctx, a, people.Listing{Team: team})
	case organization != "":
		from, err = h.keysOf(ctx, a, people.Listing{Organization: organization})
	default:
		from, err = h.keysOf(ctx, a, people.Listing{})
	}
	return slices.DeleteFunc(from, func(k *people.Key) bool {
		mine := user == "" || k.UserID == user || created && k.CreatedBy == user
		return !mine || team != "" && k.TeamID != team || organization != "" && k.OrganizationID != organization || alias != "" && k.Alias != alias
	}), err
}

// one is a list of what was found, if it was.
func one(k *people.Key, err error) ([]*people.Key, error) {
	if errors.Is(err, llm.NotFoundError) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []*people.Key{k}, nil
}
