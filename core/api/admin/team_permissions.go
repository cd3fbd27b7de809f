package admin

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/web"
)

// TeamPermissions answers GET /team/permissions_list: what members of a team
// that are not its admins may do with its keys. Whoever sees the team may know.
func (h *Handler) TeamPermissions(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	t, err := h.People.Teams.Get(ctx, a, r.URL.Query().Get("team_id"))
	if err != nil {
		return err
	}
	return w.Value(struct {
		ID  string   `json:"team_id"`
		Has []string `json:"team_member_permissions"`
		All []string `json:"all_available_permissions"`
	}{t.ID, append([]string{}, t.MemberPermissions...), people.MemberPermissions()})
}

// UpdateTeamPermissions answers POST /team/permissions_update.
func (h *Handler) UpdateTeamPermissions(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if err := only(body, "team_id", "team_member_permissions"); err != nil {
		return err
	}
	id, err := need(body, "team_id")
	if err != nil {
		return err
	}
	if !body.Has("team_member_permissions") {
		return unprocessable("team_member_permissions", "team_member_permissions is required")
	}
	t, err := h.People.Teams.Update(ctx, a, id, body.Without("team_id"))
	if err != nil {
		return err
	}
	reply, err := h.team(ctx, a, t)
	if err != nil {
		return err
	}
	return w.Value(reply)
}
