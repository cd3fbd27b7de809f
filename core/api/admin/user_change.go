package admin

import (
	"context"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// userWords are those of requests about users. Nobody signs in with a password.
var userWords = words{
	within:  []string{"model_rpm_limit", "model_tpm_limit"},
	dropped: []string{"send_invite_email"},
	absent:  []string{"password"},
}

// UpdateUser answers POST /user/update, of the user that user_id or user_email
// names. As LiteLLM has it, what is empty stays as it was, but for max_budget.
func (h *Handler) UpdateUser(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	u, reply, err := h.changeUser(ctx, a, body)
	if err != nil {
		return err
	}
	return w.Value(struct {
		ID   string     `json:"user_id"`
		Data raw.Object `json:"data"`
	}{u.ID, reply})
}

// changeUser changes the user that a request names, and shows it.
func (h *Handler) changeUser(ctx context.Context, a people.Actor, body raw.Object) (*people.User, raw.Object, error) {
	patch, err := userWords.plain(body)
	if err != nil {
		return nil, raw.Object{}, err
	}
	for name, v := range patch.All() {
		if s := string(v); name != "max_budget" && (s == "null" || s == "[]" || s == "{}") {
			patch = patch.Without(name)
		}
	}
	id, _ := patch.Text("user_id")
	email, _ := patch.Text("user_email")
	if id == "" && email == "" {
		return nil, raw.Object{}, unprocessable("user_id", "Either user id or user email must be provided")
	}
	u, err := h.named(ctx, a, id, email)
	if err != nil {
		return nil, raw.Object{}, err
	}
	patch = patch.Without("user_id")
	if id == "" {
		patch = patch.Without("user_email")
	}
	if u, err = h.People.Users.Update(ctx, a, u.ID, patch); err != nil {
		return nil, raw.Object{}, err
	}
	reply, err := h.user(ctx, u)
	return u, reply, err
}

// DeleteUsers answers POST /user/delete: {"user_ids": [...]}, their keys and
// memberships. The reply is how many there were.
func (h *Handler) DeleteUsers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	ids, err := ids(r, "user_ids")
	if err != nil {
		return err
	}
	if err := h.drop(ids, func(id string) error { _, err := h.People.Users.Get(ctx, a, id); return err },
		func(id string) error { return h.People.Users.Delete(ctx, a, id) }); err != nil {
		return err
	}
	return w.Value(len(ids))
}

// Roles answers GET /user/available_roles.
func (h *Handler) Roles(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	type role struct {
		Description string `json:"description"`
		Label       string `json:"ui_label"`
	}
	return w.Value(map[people.Role]role{
		people.ProxyAdmin:         {"may do everything", "Admin (All Permissions)"},
		people.ProxyAdminViewer:   {"may see everything", "Admin (View Only)"},
		people.InternalUser:       {"may make, change and see its own keys", "Internal User (Create/Delete/View)"},
		people.InternalUserViewer: {"may see its own keys", "Internal User (View Only)"},
	})
}
