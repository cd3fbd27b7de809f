// Package meta answers what is asked about the gateway itself: its models and
// its health.
package meta

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Model is one entry of the list of models, in OpenAI's words.
type Model struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"` // Unix seconds
	OwnedBy string `json:"owned_by"`
}

// Models answers GET /v1/models and GET /v1/models/{id}.
type Models struct {
	// List names every model that may be asked for, in order, and Owner who
	// serves it.
	List  func() []string
	Owner func(model string) (owner string, ok bool)
	// Created stands in every entry: when the gateway started, Unix seconds.
	Created int64
}

// All lists the models that the caller may use.
func (m *Models) All(w *web.Writer, _ *http.Request, caller *llm.Caller) error {
	data := []Model{}
	for _, name := range m.List() {
		if owner, ok := m.Owner(name); ok && caller.Allows(name) {
			data = append(data, m.entry(name, owner))
		}
	}
	return w.Value(struct {
		Object string  `json:"object"`
		Data   []Model `json:"data"`
	}{"list", data})
}

// One describes a model, which need not be listed: a wildcard may match it.
func (m *Models) One(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	name := r.PathValue("id")
	owner, ok := m.Owner(name)
	if name == "" || !ok || !caller.Allows(name) { // "" would be the default model
		return &llm.Error{Class: llm.NotFoundError, Param: "model", Message: "there is no model " + name}
	}
	return w.Value(m.entry(name, owner))
}

func (m *Models) entry(name, owner string) Model {
	return Model{ID: name, Object: "model", Created: m.Created, OwnedBy: owner}
}
