package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// LiteLLM's older access groups are names in the model_info of deployments that
// administrators added; keys and teams have them among their models.

// modelGroup is AccessGroupInfo.
type modelGroup struct {
	Name   string   `json:"access_group"`
	Models []string `json:"model_names"`
	Count  int      `json:"deployment_count"`
}

// groupChange is NewModelGroupResponse.
type groupChange struct {
	Name    string   `json:"access_group"`
	Models  []string `json:"model_names"`
	IDs     []string `json:"model_ids"`
	Updated int      `json:"models_updated"`
}

// groupsOf are the access groups that a deployment is in.
func groupsOf(m people.Model) []string {
	var names []string
	_ = json.Unmarshal(m.Info["access_groups"], &names) // what is no list of names is none
	return names
}

// modelGroups are all, by name.
func (h *Handler) modelGroups(ctx context.Context, a people.Actor) (groups []modelGroup, stored []people.Model, err error) {
	if !views(a) {
		return nil, nil, forbidden("", "only a proxy admin may see access groups of models. Your role=%s", a.Role())
	}
	if stored, err = h.People.Models.All(ctx); err != nil {
		return nil, nil, err
	}
	for _, m := range stored {
		for _, name := range groupsOf(m) {
			at, found := slices.BinarySearchFunc(groups, name, func(g modelGroup, name string) int { return strings.Compare(g.Name, name) })
			if !found {
				groups = slices.Insert(groups, at, modelGroup{Name: name})
			}
			g := &groups[at]
			if g.Count++; !slices.Contains(g.Models, m.Name) {
				g.Models = append(g.Models, m.Name)
			}
		}
	}
	for _, g := range groups {
		slices.Sort(g.Models)
	}
	return groups, stored, nil
}

// modelGroup finds a group by its name.
func (h *Handler) modelGroup(ctx context.Context, a people.Actor, name string) (*modelGroup, []people.Model, error) {
	groups, stored, err := h.modelGroups(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	for i := range groups {
		if groups[i].Name == name {
			return &groups[i], stored, nil
		}
	}
	return nil, stored, missing("access_group", "Access group '%.200s' not found", name)
}

// ListModelGroups answers GET /access_group/list.
func (h *Handler) ListModelGroups(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	groups, _, err := h.modelGroups(ctx, a)
	if err != nil {
		return err
	}
	return w.Value(struct {
		Groups []modelGroup `json:"access_groups"`
	}{append([]modelGroup{}, groups...)})
}

// ModelGroup answers GET /access_group/{access_group}/info.
func (h *Handler) ModelGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	g, _, err := h.modelGroup(ctx, a, r.PathValue("access_group"))
	if err != nil {
		return err
	}
	return w.Value(g)
}

// NewModelGroup answers POST /access_group/new.
func (h *Handler) NewModelGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	name, err := need(body, "access_group")
	if err != nil {
		return err
	}
	g, stored, err := h.modelGroup(ctx, a, name)
	if g != nil {
		return &llm.Error{Class: llm.ConflictError, Type: "bad_request_error", Param: "access_group", Message: "Access group '" + name + "' already exists. Use PUT /access_group/" + name + "/update to modify it."}
	}
	if stored == nil && err != nil {
		return err
	}
	return h.setModelGroup(ctx, w, a, name, body.Without("access_group"), stored)
}

// UpdateModelGroup answers PUT /access_group/{access_group}/update: the group
// has these models and no others from now on.
func (h *Handler) UpdateModelGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	name := r.PathValue("access_group")
	_, stored, err := h.modelGroup(ctx, a, name)
	if err != nil {
		return err
	}
	return h.setModelGroup(ctx, w, a, name, body, stored)
}

// DeleteModelGroup answers DELETE /access_group/{access_group}/delete.
func (h *Handler) DeleteModelGroup(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	name := r.PathValue("access_group")
	_, stored, err := h.modelGroup(ctx, a, name)
	if err != nil {
		return err
	}
	n, err := h.regroup(ctx, a, name, stored, func(people.Model) bool { return false })
	if err != nil {
		return err
	}
	return w.Value(struct {
		Name    string `json:"access_group"`
		Updated int    `json:"models_updated"`
		Message string `json:"message"`
	}{name, n, "Access group '" + name + "' deleted successfully"})
}

// setModelGroup makes a group one of the deployments that a request names: all
// of some models, or single ones.
func (h *Handler) setModelGroup(ctx context.Context, w *web.Writer, a people.Actor, name string, body raw.Object, stored []people.Model) error {
	if err := only(body, "model_names", "model_ids"); err != nil {
		return err
	}
	reply := groupChange{Name: name}
	if err := json.Unmarshal(body.Bytes(), &reply); err != nil {
		return bad("model_names", "model_names and model_ids must be lists of texts")
	}
	if len(reply.Models)+len(reply.IDs) == 0 {
		return bad("model_names", "Either model_names or model_ids must be provided and non-empty")
	}
	for _, model := range reply.Models {
		if len(reply.IDs) == 0 && !slices.ContainsFunc(stored, func(m people.Model) bool { return m.Name == model }) {
			return bad("model_names", "Can't find model '%.200s' in Database. Access group management is only supported for database models.", model)
		}
	}
	for _, id := range reply.IDs {
		if !slices.ContainsFunc(stored, func(m people.Model) bool { return m.ID == id }) {
			return bad("model_ids", "Deployment with model_id '%.200s' not found in Database.", id)
		}
	}
	var err error
	reply.Updated, err = h.regroup(ctx, a, name, stored, func(m people.Model) bool {
		return slices.Contains(reply.IDs, m.ID) || len(reply.IDs) == 0 && slices.Contains(reply.Models, m.Name)
	})
	if err != nil {
		return err
	}
	return w.Value(reply)
}

// regroup puts those deployments into a group that belong there and takes the
// others out, and returns how many changed.
func (h *Handler) regroup(ctx context.Context, a people.Actor, name string, stored []people.Model, in func(people.Model) bool) (changed int, err error) {
	if a.Role() != people.ProxyAdmin { // who may only look is told so, also when nothing would change
		return 0, forbidden("", "only a proxy admin may change access groups of models. Your role=%s", a.Role())
	}
	for _, m := range stored {
		groups := groupsOf(m)
		if slices.Contains(groups, name) == in(m) {
			continue
		}
		if in(m) {
			groups = append(groups, name)
		} else {
			groups = slices.DeleteFunc(groups, func(g string) bool { return g == name })
		}
		patch, err := raw.Object{}.With("model_info", map[string]any{"access_groups": groups})
		if err == nil {
			_, err = h.People.Models.Update(ctx, a, m.ID, patch, func(m *people.Model) error { return h.Fits(ctx, m) })
		}
		if err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}
