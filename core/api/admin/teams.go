package admin

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// teamWords are those of requests about teams. admins and members are
// LiteLLM's older words for members_with_roles.
var teamWords = words{
	within: []string{
		"model_rpm_limit", "model_tpm_limit", "rpm_limit_type", "tpm_limit_type", "guardrails", "policies", "tags", "prompts",
		"team_member_key_duration", "allowed_passthrough_routes",
	},
	absent: []string{"admins", "members", "allowed_vector_store_indexes", "secret_manager_settings", "disable_global_guardrails"},
}

// NewTeam answers POST /team/new. Who is no proxy admin becomes its admin.
func (h *Handler) NewTeam(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := teamWords.read(r)
	if err != nil {
		return err
	}
	v, _ := body.Raw("members_with_roles")
	members, err := h.asked(ctx, a, v, teamRoles)
	if err != nil {
		return err
	}
	t, err := people.Parse[people.Team](set(body).Without("members_with_roles"))
	if err != nil {
		return err
	}
	made, err := h.People.Teams.Create(ctx, a, t)
	if err != nil {
		return err
	}
	own := func(m people.Member) bool { return m.UserID == a.UserID() }
	if a.Role() != people.ProxyAdmin && !slices.ContainsFunc(members, own) {
		members = append(members, people.Member{UserID: a.UserID(), Role: people.MemberAdmin})
	}
	for _, m := range members {
		if _, err := h.People.Teams.SetMember(ctx, a, made.ID, m); err != nil {
			return errors.Join(err, h.People.Teams.Delete(ctx, a, made.ID)) // all of it or nothing
		}
	}
	return h.answerTeam(ctx, w, a, made)
}

// UpdateTeam answers POST /team/update.
func (h *Handler) UpdateTeam(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := teamWords.read(r)
	if err != nil {
		return err
	}
	id, err := need(body, "team_id")
	if err != nil {
		return err
	}
	t, err := h.People.Teams.Update(ctx, a, id, body.Without("team_id"))
	if err != nil {
		return err
	}
	reply, err := h.team(ctx, a, t)
	if err != nil {
		return err
	}
	return w.Value(struct {
		ID   string     `json:"team_id"`
		Data raw.Object `json:"data"`
	}{t.ID, reply})
}

// DeleteTeams answers POST /team/delete: {"team_ids": [...]} and their keys.
func (h *Handler) DeleteTeams(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	ids, err := ids(r, "team_ids")
	if err != nil {
		return err
	}
	if err := h.drop(ids, func(id string) error { _, err := h.People.Teams.Get(ctx, a, id); return err },
		func(id string) error { return h.People.Teams.Delete(ctx, a, id) }); err != nil {
		return err
	}
	return w.Value(map[string][]string{"deleted_teams": ids})
}

// BlockTeam answers POST /team/block.
func (h *Handler) BlockTeam(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.blockTeam(w, r, caller, true)
}

// UnblockTeam answers POST /team/unblock.
func (h *Handler) UnblockTeam(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.blockTeam(w, r, caller, false)
}

func (h *Handler) blockTeam(w *web.Writer, r *http.Request, caller *llm.Caller, blocked bool) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	id, err := need(body, "team_id")
	if err != nil {
		return err
	}
	t, err := h.People.Teams.Block(ctx, a, id, blocked)
	if err != nil {
		return err
	}
	return h.answerTeam(ctx, w, a, t)
}

func (h *Handler) answerTeam(ctx context.Context, w *web.Writer, a people.Actor, t *people.Team) error {
	reply, err := h.team(ctx, a, t)
	if err != nil {
		return err
	}
	return w.Value(reply)
}
