package people

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// Model is a deployment that an administrator added: an entry of model_list in
// LiteLLM's words. Its parameters are kept as they come; those that are secrets
// are never shown.
type Model struct {
	Stamp

	ID     string `json:"model_id,omitempty"`
	Name   string `json:"model_name,omitempty"`
	Params Free   `json:"litellm_params,omitempty"`
	Info   Free   `json:"model_info,omitempty"`
}

func modelPK(id string) string { return "MD#" + id }

func (m *Model) id() string { return m.ID }

func (m *Model) name(id string) {
	if m.ID == "" {
		m.ID = id
	}
}

func (m *Model) links() []link { return []link{listed("models", m.CreatedAt.Time, m.ID)} }

func (m *Model) valid() error {
	switch {
	case m.Name == "":
		return bad("model_name", "model_name must be set")
	case len(m.Params) == 0:
		return bad("litellm_params", "litellm_params must be set")
	}
	return nil
}

func modelKind() kind[Model] {
	return kind[Model]{
		field: "model_id", table: "LiteLLM_ProxyModelTable", list: "models", pk: modelPK, counted: true,
		may: func(_ context.Context, _ *Directory, a Actor, before, after *Model, _ []string) error {
			return adminsOnly(a, before, after)
		},
	}
}

// Models are the deployments that administrators added. All that its methods
// return has masks for secrets, but for what All does.
type Models struct {
	t *Table[Model, *Model]
}

// Create keeps a deployment that fits.
func (m *Models) Create(ctx context.Context, a Actor, v Model, fits func(*Model) error) (*Model, error) {
	if err := adminsOnly(a, nil, &v); err != nil {
		return nil, err
	}
	if err := first(v.valid(), fits(&v)); err != nil {
		return nil, err
	}
	return veiled(m.t.Create(ctx, a, v))
}

// Get finds a deployment.
func (m *Models) Get(ctx context.Context, a Actor, id string) (*Model, error) {
	return veiled(m.t.Get(ctx, a, id))
}

// Update changes a deployment: of litellm_params and model_info the members that
// the patch names, where null takes one away. A secret that is its mask stays as
// it is. Fits judges what became of it.
func (m *Models) Update(ctx context.Context, a Actor, id string, patch raw.Object, fits func(*Model) error) (*Model, error) {
	if err := adminsOnly(a, nil, &Model{}); err != nil {
		return nil, err
	}
	fields, err := m.t.named(patch)
	if err != nil {
		return nil, err
	}
	return veiled(m.t.change(ctx, a, "updated", id, fields, func(before, after *Model) error {
		if err := m.t.patch(before, after, patch); err != nil {
			return err
		}
		after.Params, after.Info = after.Params.Onto(before.Params), after.Info.Onto(before.Info)
		return fits(after)
	}))
}

// Delete drops a deployment.
func (m *Models) Delete(ctx context.Context, a Actor, id string) error { return m.t.Delete(ctx, a, id) }

// All are the deployments with their secrets, the oldest first, for the gateway
// itself: nothing that answers a request may show them.
func (m *Models) All(ctx context.Context) ([]Model, error) {
	var all []Model
	for after := ""; ; {
		page, err := m.t.List(ctx, Root(""), Listing{After: after, Limit: store.MaxLimit})
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if after = page.Next; after == "" {
			slices.Reverse(all) // a list begins with the newest
			return all, nil
		}
	}
}

// Onto is what was, with the members of f over it: null takes one away, and one
// that is a secret's mask leaves it as it was.
func (f Free) Onto(was Free) Free {
	all := Free{}
	for name, v := range was {
		all[name] = v
	}
	for name, v := range f {
		switch {
		case string(v) == "null":
			delete(all, name)
		case string(v) != `"`+mask+`"`:
			all[name] = v
		}
	}
	return all
}

func veiled(m *Model, err error) (*Model, error) {
	if err != nil {
		return nil, err
	}
	masks := Free{}
	for name, v := range m.Params {
		var value any
		if json.Unmarshal(v, &value) != nil {
			continue // nothing else is kept
		}
		if masks[name], err = json.Marshal(masked(map[string]any{name: value}, false).(map[string]any)[name]); err != nil {
			return nil, unavailable(err)
		}
	}
	m.Params = masks
	return m, nil
}
