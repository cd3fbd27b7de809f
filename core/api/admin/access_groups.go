package admin

import (
	"errors"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// groupForm is AccessGroupResponse. Keys and teams name their groups, not the
// other way round.
const groupForm = `{"access_group_id":null,"access_group_name":null,"description":null,"access_model_names":[],"access_mcp_server_ids":[],` +
	`"access_agent_ids":[],"assigned_team_ids":[],"assigned_key_ids":[],"created_at":null,"created_by":null,"updated_at":null,"updated_by":null}`

var groupWords = words{absent: []string{"assigned_team_ids", "assigned_key_ids"}}

// NewAccessGroup answers POST /v1/access_group.
func (h *Handler) NewAccessGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.AccessGroup](groupWords, r)
	if err != nil {
		return err
	}
	g, err := h.People.AccessGroups.Create(ctx, a, asked)
	if err != nil {
		return err
	}
	reply, err := shown(groupForm, g)
	if err != nil {
		return err
	}
	return w.JSON(http.StatusCreated, reply.Bytes())
}

// AccessGroup answers GET /v1/access_group/{access_group_id}.
func (h *Handler) AccessGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	return answer(w, groupForm)(h.People.AccessGroups.Get(ctx, a, r.PathValue("access_group_id")))
}

// UpdateAccessGroup answers PUT /v1/access_group/{access_group_id}.
func (h *Handler) UpdateAccessGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := groupWords.read(r)
	if err != nil {
		return err
	}
	return answer(w, groupForm)(h.People.AccessGroups.Update(ctx, a, r.PathValue("access_group_id"), body))
}

// DeleteAccessGroup answers DELETE /v1/access_group/{access_group_id}.
func (h *Handler) DeleteAccessGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	if err := h.People.AccessGroups.Delete(ctx, a, r.PathValue("access_group_id")); err != nil {
		return err
	}
	if err := w.JSON(http.StatusNoContent, nil); err != nil && !errors.Is(err, http.ErrBodyNotAllowed) { // of no bytes
		return err
	}
	return nil
}

// ListAccessGroups answers GET /v1/access_group.
func (h *Handler) ListAccessGroups(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	return answerAll(w, func(after string) (people.Page[people.AccessGroup], error) {
		return h.People.AccessGroups.List(ctx, a, people.Listing{After: after, Limit: 1000})
	}, func(g *people.AccessGroup) (raw.Object, error) { return shown(groupForm, g) })
}
