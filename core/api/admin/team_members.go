package admin

import (
	"context"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// AddTeamMember answers POST /team/member_add.
func (h *Handler) AddTeamMember(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if err := only(body, "team_id", "member", "max_budget_in_team"); err != nil {
		return err
	}
	members, err := h.newMembers(ctx, a, body, "member")
	if err != nil {
		return err
	}
	reply, err := h.joined(ctx, a, body, members)
	if err != nil {
		return err
	}
	return w.Value(reply)
}

// newMembers are those that a request names, with their budget.
func (h *Handler) newMembers(ctx context.Context, a people.Actor, body raw.Object, name string) ([]people.Member, error) {
	v, _ := body.Raw(name)
	members, err := h.asked(ctx, a, v, teamRoles)
	if err != nil {
		return nil, err
	}
	if len(members) == 0 {
		return nil, bad(name, "At least one member is required")
	}
	if !body.Has("max_budget_in_team") {
		return members, nil
	}
	var budget people.Dollars
	v, _ = body.Raw("max_budget_in_team")
	if err := budget.UnmarshalJSON(v); err != nil {
		return nil, bad("max_budget_in_team", "max_budget_in_team: %v", err)
	}
	for i := range members {
		members[i].MaxBudget = &budget
	}
	return members, nil
}

// joined makes users members of a team, none of whom may be one yet, and is the
// team then.
func (h *Handler) joined(ctx context.Context, a people.Actor, body raw.Object, members []people.Member) (raw.Object, error) {
	id, err := need(body, "team_id")
	if err != nil {
		return raw.Object{}, err
	}
	t, err := h.People.Teams.Get(ctx, a, id)
	if err != nil {
		return raw.Object{}, err
	}
	there, err := h.members(ctx, a, id)
	if err != nil {
		return raw.Object{}, err
	}
	memberships := make([]raw.Object, len(members))
	for _, m := range members {
		if slices.ContainsFunc(there, func(other *people.Member) bool { return other.UserID == m.UserID }) {
			err := bad("user_id", "User=%.200s already in team", m.UserID)
			err.Type = "team_member_already_in_team"
			return raw.Object{}, err
		}
	}
	for i, m := range members {
		made, err := h.People.Teams.SetMember(ctx, a, id, m)
		if err == nil {
			memberships[i], err = h.membership(ctx, "team", id, made, t.EachMember())
		}
		if err != nil {
			return raw.Object{}, err
		}
	}
	reply, err := h.team(ctx, a, t)
	if err != nil {
		return reply, err
	}
	users, err := h.usersOf(ctx, a, members)
	return reply.WithRaw("updated_users", users).WithRaw("updated_team_memberships", list(memberships)), err
}

// AddTeamMembers answers POST /team/bulk_member_add. all_users is refused: who
// means everybody has the team's keys.
func (h *Handler) AddTeamMembers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := words{absent: []string{"all_users"}}.read(r)
	if err != nil {
		return err
	}
	if err := only(body, "team_id", "members", "max_budget_in_team"); err != nil {
		return err
	}
	members, err := h.newMembers(ctx, a, body, "members")
	if err != nil {
		return err
	}
	team, err := h.joined(ctx, a, body, members)
	if err != nil {
		return err
	}
	type result struct {
		User    string `json:"user_id"`
		Email   string `json:"user_email,omitempty"`
		Success bool   `json:"success"`
	}
	results := make([]result, len(members))
	for i, m := range members {
		results[i] = result{m.UserID, m.Email, true}
	}
	id, _ := body.Text("team_id")
	return w.Value(struct {
		ID      string     `json:"team_id"`
		Results []result   `json:"results"`
		Total   int        `json:"total_requested"`
		Done    int        `json:"successful_additions"`
		Not     int        `json:"failed_additions"`
		Team    raw.Object `json:"updated_team"`
	}{id, results, len(members), len(members), 0, team})
}
