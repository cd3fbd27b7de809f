package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// userForm is LiteLLM_UserTable.
const userForm = `{"user_id":null,"max_budget":null,"spend":0,"model_max_budget":{},"model_spend":{},"user_email":null,"user_alias":null,` +
	`"models":[],"tpm_limit":null,"rpm_limit":null,"user_role":null,"organization_memberships":null,"teams":[],"sso_user_id":null,` +
	`"budget_duration":null,"budget_reset_at":null,"metadata":{},"created_at":null,"updated_at":null,"object_permission":null,` +
	`"max_parallel_requests":null}`

// user is a user in LiteLLM's words, with its teams and what it has spent.
func (h *Handler) user(ctx context.Context, u *people.User) (raw.Object, error) {
	reply, err := shown(userForm, u)
	if err == nil {
		reply, err = withMetadata(reply, u, userWords.within)
	}
	if err != nil {
		return reply, err
	}
	teams, err := h.teamsOf(ctx, gateway, u.ID)
	if err != nil {
		return reply, err
	}
	ids := make([]string, len(teams))
	for i, t := range teams {
		ids[i] = t.ID
	}
	if reply, err = reply.With("teams", ids); err != nil {
		return reply, err
	}
	return h.spentBy(ctx, reply, people.Scope{Kind: "user", ID: u.ID}, &u.Spending, &u.Stamp, u.Spend)
}

// teamsOf are the teams of a user that an actor may see.
func (h *Handler) teamsOf(ctx context.Context, a people.Actor, id string) ([]*people.Team, error) {
	return all(func(after string) (people.Page[people.Team], error) {
		return h.People.Teams.List(ctx, a, people.Listing{User: id, After: after, Limit: 1000})
	})
}

// named is the user that a request names by its id or its address.
func (h *Handler) named(ctx context.Context, a people.Actor, id, email string) (*people.User, error) {
	if id == "" && email != "" {
		return h.People.Users.ByEmail(ctx, a, email)
	}
	return h.People.Users.Get(ctx, a, id)
}

// UserInfo answers GET /user/info: a user with its keys and teams, or the
// caller. For an administrator who names nobody it is all keys and teams.
func (h *Handler) UserInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	reply := struct {
		ID    *string         `json:"user_id"`
		Info  *raw.Object     `json:"user_info"`
		Keys  json.RawMessage `json:"keys"`
		Teams json.RawMessage `json:"teams"`
	}{}
	var l people.Listing
	if id := r.URL.Query().Get("user_id"); id != "" || a.Role() != people.ProxyAdmin {
		if id == "" {
			id = a.UserID()
		}
		u, err := h.People.Users.Get(ctx, a, id)
		if err != nil {
			return err
		}
		info, err := h.user(ctx, u)
		if err != nil {
			return err
		}
		reply.ID, reply.Info, l.User = &u.ID, &info, u.ID
	}
	keys, err := h.keysOf(ctx, a, l)
	if err != nil {
		return err
	}
	if reply.Keys, err = h.rows(ctx, keys); err != nil {
		return err
	}
	teams, err := h.teamsOf(ctx, a, l.User)
	if err != nil {
		return err
	}
	slices.SortStableFunc(teams, func(x, y *people.Team) int { return strings.Compare(x.Alias, y.Alias) })
	shown := make([]raw.Object, len(teams))
	if err = each.All(len(teams), func(i int) (err error) {
		shown[i], err = h.team(ctx, a, teams[i])
		return err
	}); err != nil {
		return err
	}
	reply.Teams = list(shown)
	return w.Value(reply)
}
