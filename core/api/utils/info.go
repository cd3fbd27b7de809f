package utils

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Facts are what is known of a deployment's model, under LiteLLM's names:
// max_input_tokens (int64), input_cost_per_token (dollars, a json.Number),
// supports_vision (bool)...
type Facts map[string]any

// Info answers what models there are, where they are served, and what is known
// of them. All fields are required.
type Info struct {
	Deployments func() []*llm.Deployment
	Facts       func(*llm.Deployment) Facts
	// Stored reports whether an administrator added a deployment; all others
	// are the configuration's.
	Stored func(id string) bool
}

// deployment is one entry of model/info. It shows no secret, and no address
// that may hold one.
type deployment struct {
	Name   string            `json:"model_name"`
	Params map[string]string `json:"litellm_params"`
	Info   Facts             `json:"model_info"`
}

// Models answers LiteLLM's GET /model/info and /v1/model/info: each deployment
// that the caller may use, or those of the one that the query's
// litellm_model_id names.
func (i *Info) Models(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	id := r.URL.Query().Get("litellm_model_id")
	data := []deployment{}
	for _, d := range i.Deployments() {
		if !caller.Allows(d.Group) || id != "" && id != d.ID {
			continue
		}
		info := Facts{}
		maps.Copy(info, i.Facts(d))
		info["id"], info["db_model"] = d.ID, i.Stored(d.ID)
		data = append(data, deployment{d.Group, map[string]string{"model": d.Provider + "/" + d.Model, "custom_llm_provider": d.Provider}, info})
	}
	if id != "" && len(data) == 0 {
		return &llm.Error{Class: llm.NotFoundError, Param: "litellm_model_id", Message: "there is no deployment " + id}
	}
	return w.Value(map[string]any{"data": data})
}

// Groups answers LiteLLM's GET /model_group/info: what is true of at least one
// deployment of each group, with the lowest prices and the largest windows.
func (i *Info) Groups(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	only := r.URL.Query().Get("model_group")
	var order []string
	groups := map[string]Facts{}
	providers := map[string][]string{}
	for _, d := range i.Deployments() {
		if !caller.Allows(d.Group) || only != "" && only != d.Group {
			continue
		}
		if groups[d.Group] == nil {
			order = append(order, d.Group)
			groups[d.Group] = Facts{}
		}
		if !slices.Contains(providers[d.Group], d.Provider) {
			providers[d.Group] = append(providers[d.Group], d.Provider)
		}
		groups[d.Group].join(i.Facts(d))
	}
	data := []Facts{}
	for _, name := range order {
		groups[name]["model_group"], groups[name]["providers"] = name, providers[name]
		data = append(data, groups[name])
	}
	return w.Value(map[string]any{"data": data})
}

func dollars(n json.Number) float64 {
	f, _ := n.Float64() // only numbers are kept
	return f
}

// join adds another deployment's facts: what either can do, the larger window,
// the lower price.
func (f Facts) join(other Facts) {
	for name, v := range other {
		switch v := v.(type) {
		case bool:
			had, _ := f[name].(bool)
			f[name] = had || v
		case int64:
			had, _ := f[name].(int64)
			f[name] = max(had, v)
		case json.Number: // a price
			had, known := f[name].(json.Number)
			if cost, err := v.Float64(); err == nil && (!known || cost < dollars(had)) {
				f[name] = v
			}
		default:
			if f[name] == nil {
				f[name] = v
			}
		}
	}
}
