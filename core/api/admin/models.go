package admin

import (
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// modelForm is LiteLLM_ProxyModelTable.
const modelForm = `{"model_id":null,"model_name":null,"litellm_params":{},"model_info":{},"created_at":null,"created_by":null,"updated_at":null,"updated_by":null}`

// modelWords are those of Deployment and updateDeployment. A model that belongs
// to a team is offered by the team's models instead.
func modelWords() words { return words{absent: []string{"team_id"}} }

// NewModel answers POST /model/new.
func (h *Handler) NewModel(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.Model](modelWords(), r)
	if err != nil {
		return err
	}
	if asked.ID, err = h.modelID(asked.Info); err != nil {
		return err
	}
	return answer(w, modelForm)(h.People.Models.Create(ctx, a, asked, func(m *people.Model) error { return h.Fits(ctx, m) }))
}

// modelID is the id that a model_info asks for; "" for none.
func (h *Handler) modelID(info people.Free) (string, error) {
	for _, name := range []string{"team_id", "team_public_model_name"} {
		if v, ok := info[name]; ok && !empty(v) {
			return "", bad("model_info."+name, "this gateway has no models of one team: give the team the model's name")
		}
	}
	v, ok := info["id"]
	if !ok || string(v) == "null" {
		return "", nil
	}
	var id string
	if json.Unmarshal(v, &id) != nil {
		id = string(v) // LiteLLM takes numbers
	}
	return id, nil
}

// UpdateModel answers POST /model/update, where model_info.id says which.
func (h *Handler) UpdateModel(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.updateModel(w, r, caller, "")
}

// PatchModel answers PATCH /model/{model_id}/update.
func (h *Handler) PatchModel(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.updateModel(w, r, caller, r.PathValue("model_id"))
}

func (h *Handler) updateModel(w *web.Writer, r *http.Request, caller *llm.Caller, id string) error {
	ctx, a := h.asks(r, caller)
	body, err := modelWords().read(r)
	if err != nil {
		return err
	}
	if named, ok := body.Text("id"); ok && id == "" { // LiteLLM's own client names it here
		id, body = named, body.Without("id")
	}
	if v, ok := body.Raw("model_info"); ok && string(v) != "null" {
		var info people.Free
		if json.Unmarshal(v, &info) != nil {
			return bad("model_info", "model_info must be an object")
		}
		said, err := h.modelID(info)
		if err != nil {
			return err
		}
		if id == "" {
			id = said
		} else if said != "" && said != id {
			return bad("model_info.id", "model_info.id cannot be changed")
		}
	}
	if id == "" {
		return bad("model_info.id", "model_info.id must say which model to update")
	}
	return answer(w, modelForm)(h.People.Models.Update(ctx, a, id, set(body), func(m *people.Model) error { return h.Fits(ctx, m) }))
}

// DeleteModel answers POST /model/delete.
func (h *Handler) DeleteModel(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	id, _ := body.Text("id")
	if id == "" {
		return bad("id", "id must be a text")
	}
	if err := h.People.Models.Delete(ctx, a, id); err != nil {
		return err
	}
	return w.Value(raw.Object{}.WithText("message", "Model: "+id+" deleted successfully"))
}
