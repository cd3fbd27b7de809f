package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// What of a new user's request is its key's: the first alone, the others too.
var (
	keyOnly = []string{
		"key_alias", "duration", "team_id", "allowed_cache_controls", "config", "permissions", "guardrails", "policies", "prompts", "blocked", "aliases",
	}
	keyToo = []string{"models", "max_parallel_requests", "tpm_limit", "rpm_limit"}
)

// NewUser answers POST /user/new: a user, in teams and organizations, with a
// key unless auto_create_key is false.
func (h *Handler) NewUser(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := userWords.read(r)
	if err != nil {
		return err
	}
	body = set(body)
	auto, _ := body.Raw("auto_create_key")
	withKey := string(auto) != "false"
	key := raw.Object{}
	for _, name := range append(keyOnly, keyToo...) {
		if v, ok := body.Raw(name); ok {
			key = key.WithRaw(name, v)
		}
	}
	for _, name := range keyOnly {
		if v, ok := key.Raw(name); ok && !withKey && name != "team_id" && !empty(v) {
			return bad(name, "%s is of the user's key, which auto_create_key=false leaves out", name)
		}
	}
	joins, err := h.joins(ctx, a, body)
	if err != nil {
		return err
	}
	organizations, err := texts(body, "organizations")
	if err != nil {
		return err
	}
	for _, id := range organizations {
		if _, err := h.People.Organizations.Get(ctx, a, id); err != nil {
			return err
		}
	}
	n, err := people.Parse[people.NewKey](key)
	if err != nil {
		return err
	}
	asked, err := people.Parse[people.User](body.Without(append(keyOnly, "auto_create_key", "teams", "organizations")...))
	if err != nil {
		return err
	}
	u, err := h.People.Users.Create(ctx, a, asked)
	if err != nil {
		return err
	}
	reply, err := h.settle(ctx, a, u, joins, organizations, n, withKey)
	if err != nil {
		return errors.Join(err, h.People.Users.Delete(ctx, a, u.ID)) // all of it or nothing
	}
	return w.Value(reply)
}

// settle makes a new user a member of what it is to be in, and issues its key.
func (h *Handler) settle(ctx context.Context, a people.Actor, u *people.User, joins map[string]people.Member, organizations []string, n people.NewKey, withKey bool) (raw.Object, error) {
	for team, m := range joins {
		m.UserID, m.Email = u.ID, u.Email
		if _, err := h.People.Teams.SetMember(ctx, a, team, m); err != nil {
			return raw.Object{}, err
		}
	}
	for _, id := range organizations {
		m := people.Member{UserID: u.ID, Email: u.Email, Role: string(people.InternalUser)}
		if _, err := h.People.Organizations.SetMember(ctx, a, id, m); err != nil {
			return raw.Object{}, err
		}
	}
	reply, err := h.user(ctx, u)
	if err != nil {
		return reply, err
	}
	reply = reply.Without("object_permission")
	if !withKey {
		form, err := raw.Parse([]byte(issuedForm))
		return form.WithText("key", "").Merged(reply), err
	}
	n.UserID = u.ID
	value, k, err := h.People.Keys.Generate(ctx, a, n)
	if err != nil {
		return reply, err
	}
	form, err := h.issued(k, value)
	return form.WithRaw("token_id", []byte("null")).Merged(reply), err
}

// joins are the teams that a new user is to be in, all of which there are.
func (h *Handler) joins(ctx context.Context, a people.Actor, body raw.Object) (map[string]people.Member, error) {
	joins := map[string]people.Member{}
	if team, ok := body.Text("team_id"); ok && team != "" {
		joins[team] = people.Member{Role: people.MemberUser}
	}
	if body.Has("teams") {
		v, _ := body.Raw("teams")
		var all []json.RawMessage
		if err := json.Unmarshal(v, &all); err != nil {
			return nil, bad("teams", "teams must be a list")
		}
		for _, v := range all {
			t := struct {
				ID     string          `json:"team_id"`
				Budget *people.Dollars `json:"max_budget_in_team"`
				Role   string          `json:"user_role"`
			}{Role: people.MemberUser}
			if json.Unmarshal(v, &t.ID) != nil {
				if err := json.Unmarshal(v, &t); err != nil {
					return nil, bad("teams", "teams must be ids, or objects with a team_id: %v", err)
				}
			}
			if !slices.Contains(teamRoles, t.Role) {
				return nil, bad("teams", "user_role must be one of %q", teamRoles)
			}
			joins[t.ID] = people.Member{Role: t.Role, MaxBudget: t.Budget}
		}
	}
	for team := range joins {
		if _, err := h.People.Teams.Get(ctx, a, team); err != nil {
			return nil, err
		}
	}
	return joins, nil
}
