package admin

import (
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// credentialForm is CredentialItem.
const credentialForm = `{"credential_name":null,"credential_values":{},"credential_info":{}}`

// NewCredential answers POST /credentials. Values are said, not taken from a
// model.
func (h *Handler) NewCredential(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.Credential](words{absent: []string{"model_id"}}, r)
	if err != nil {
		return err
	}
	if _, err := h.People.Credentials.Create(ctx, a, asked); err != nil {
		return err
	}
	return success(w, "Credential created successfully")
}

func success(w *web.Writer, message string) error {
	return w.Value(map[string]any{"success": true, "message": message})
}

// Credential answers GET /credentials/by_name/{credential_name}, its values
// masked.
func (h *Handler) Credential(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	return answer(w, credentialForm)(h.People.Credentials.Get(ctx, a, r.PathValue("credential_name")))
}

// ModelCredential answers GET /credentials/by_model/{model_id}: the secrets that
// a deployment was added with, masked.
func (h *Handler) ModelCredential(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	m, err := h.People.Models.Get(ctx, a, r.PathValue("model_id"))
	if err != nil {
		return err
	}
	values := people.Free{}
	for name, v := range m.Params {
		if people.IsMask(v) {
			values[name] = v
		}
	}
	return answer(w, credentialForm)(&people.Credential{Name: m.Name + "-credential-" + m.ID, Values: values}, nil)
}

// ListCredentials answers GET /credentials, their values masked.
func (h *Handler) ListCredentials(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	found, err := all(func(after string) (people.Page[people.Credential], error) {
		return h.People.Credentials.List(ctx, a, people.Listing{After: after, Limit: 1000})
	})
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(found))
	for i, c := range found {
		if rows[i], err = shown(credentialForm, c); err != nil {
			return err
		}
	}
	return w.Value(map[string]any{"success": true, "credentials": list(rows)})
}

// UpdateCredential answers PATCH /credentials/{credential_name}: the values and
// the info that it names change, the others stay.
func (h *Handler) UpdateCredential(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	name := r.PathValue("credential_name")
	body, err := words{}.read(r)
	if err != nil {
		return err
	}
	if said, ok := body.Text("credential_name"); ok && said != name {
		return bad("credential_name", "credential_name cannot be changed")
	}
	body = set(body).Without("credential_name")
	had, err := h.People.Credentials.Get(ctx, a, name)
	if err != nil {
		return err
	}
	for field, free := range map[string]people.Free{"credential_values": had.Values, "credential_info": had.Info} {
		v, ok := body.Raw(field)
		if !ok {
			continue
		}
		var said people.Free
		if err := json.Unmarshal(v, &said); err != nil {
			return bad(field, "%s must be an object", field)
		}
		all := people.Free{}
		for name, v := range free {
			all[name] = v // a masked value stays what it is
		}
		for name, v := range said {
			all[name] = v
		}
		if body, err = body.With(field, all); err != nil {
			return err
		}
	}
	if _, err := h.People.Credentials.Update(ctx, a, name, body); err != nil {
		return err
	}
	return success(w, "Credential updated successfully")
}

// DeleteCredential answers DELETE /credentials/{credential_name}.
func (h *Handler) DeleteCredential(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	if err := h.People.Credentials.Delete(ctx, a, r.PathValue("credential_name")); err != nil {
		return err
	}
	return success(w, "Credential deleted successfully")
}
