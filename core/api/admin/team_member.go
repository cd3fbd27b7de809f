package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// UpdateTeamMember answers POST /team/member_update. What is not named stays.
func (h *Handler) UpdateTeamMember(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if err := only(body, "team_id", "user_id", "user_email", "role", "max_budget_in_team", "tpm_limit", "rpm_limit"); err != nil {
		return err
	}
	id, m, err := h.existing(ctx, a, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body.Without("team_id", "user_id", "user_email").Bytes(), m); err != nil {
		return bad("", "%v", err)
	}
	made, err := h.People.Teams.SetMember(ctx, a, id, *m)
	if err != nil {
		return err
	}
	reply, err := shown(`{"user_id":null,"user_email":null,"max_budget_in_team":null,"tpm_limit":null,"rpm_limit":null}`, made)
	if err != nil {
		return err
	}
	return w.Value(reply.WithText("team_id", id))
}

// DeleteTeamMember answers POST /team/member_delete, with the team.
func (h *Handler) DeleteTeamMember(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	id, m, err := h.existing(ctx, a, body)
	if err != nil {
		return err
	}
	if err := h.People.Teams.RemoveMember(ctx, a, id, m.UserID); err != nil {
		return err
	}
	t, err := h.People.Teams.Get(ctx, a, id)
	if errors.Is(err, llm.NotFoundError) { // who left may not see it any more
		return w.Value(map[string]string{"team_id": id})
	}
	if err != nil {
		return err
	}
	return h.answerTeam(ctx, w, a, t)
}

// existing is the member of a team that a request means, by its id or address.
func (h *Handler) existing(ctx context.Context, a people.Actor, body raw.Object) (string, *people.Member, error) {
	id, err := need(body, "team_id")
	if err != nil {
		return "", nil, err
	}
	members, err := h.members(ctx, a, id)
	if err != nil {
		return "", nil, err
	}
	m, err := meant(body, members)
	return id, m, err
}

// meant is the one of members that a request names by id or address.
func meant(body raw.Object, members []*people.Member) (*people.Member, error) {
	user, _ := body.Text("user_id")
	email, _ := body.Text("user_email")
	if user == "" && email == "" {
		return nil, bad("user_id", "Either user id or user email must be provided")
	}
	for _, m := range members {
		if user != "" && m.UserID == user || user == "" && m.Email == email {
			return m, nil
		}
	}
	return nil, bad("user_id", "User not found among the members")
}
