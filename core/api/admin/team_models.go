package admin

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// AddTeamModels answers POST /team/model/add.
func (h *Handler) AddTeamModels(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.teamModels(w, r, caller, func(had, named []string) []string {
		if len(had) == 0 { // which is all of them
			had = []string{"all-proxy-models"}
		}
		return slices.Compact(slices.Sorted(slices.Values(slices.Concat(had, named))))
	})
}

// DeleteTeamModels answers POST /team/model/delete. A team that loses its last
// model may use none: LiteLLM's may then use all.
func (h *Handler) DeleteTeamModels(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.teamModels(w, r, caller, func(had, named []string) []string {
		left := slices.DeleteFunc(slices.Clone(had), func(m string) bool { return slices.Contains(named, m) })
		if len(had) > 0 && len(left) == 0 {
			left = []string{"no-default-models"}
		}
		return left
	})
}

func (h *Handler) teamModels(w *web.Writer, r *http.Request, caller *llm.Caller, change func(had, named []string) []string) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	id, err := need(body, "team_id")
	if err != nil {
		return err
	}
	named, err := texts(body, "models")
	if err != nil {
		return err
	}
	t, err := h.People.Teams.Get(ctx, a, id)
	if err != nil {
		return err
	}
	models, err := json.Marshal(change(t.Models, named))
	if err != nil {
		return err
	}
	if t, err = h.People.Teams.Update(ctx, a, id, raw.Object{}.WithRaw("models", models)); err != nil {
		return err
	}
	return h.answerTeam(ctx, w, a, t)
}
