package admin

import (
	"context"
	"errors"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// userChange is UserUpdateResult.
type userChange struct {
	ID    string      `json:"user_id,omitempty"`
	Email string      `json:"user_email,omitempty"`
	Done  bool        `json:"success"`
	Error string      `json:"error,omitempty"`
	User  *raw.Object `json:"updated_user,omitempty"`
}

// BulkUpdateUsers answers POST /user/bulk_update: each of "users", or with
// "all_users" everybody by "user_updates". Each is changed or not by itself.
func (h *Handler) BulkUpdateUsers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if a.Role() != people.ProxyAdmin {
		return forbidden("", "Only proxy admins can perform bulk user updates")
	}
	changes, err := h.userChanges(ctx, a, body)
	if err != nil {
		return err
	}
	if len(changes) > mostAtOnce {
		return bad("users", "Maximum %d users can be updated at once. Found %d users.", mostAtOnce, len(changes))
	}
	reply := struct {
		Results []userChange `json:"results"`
		Total   int          `json:"total_requested"`
		Done    int          `json:"successful_updates"`
		Not     int          `json:"failed_updates"`
	}{Results: []userChange{}, Total: len(changes)}
	for _, change := range changes {
		result := userChange{}
		result.ID, _ = change.Text("user_id")
		result.Email, _ = change.Text("user_email")
		u, shown, err := h.changeUser(ctx, a, change)
		var why *llm.Error
		switch {
		case err == nil:
			result = userChange{ID: u.ID, Email: u.Email, Done: true, User: &shown}
			reply.Done++
		case errors.As(err, &why) && why.Class != llm.ServiceUnavailableError:
			result.Error = why.Message
			reply.Not++
		default:
			return err
		}
		reply.Results = append(reply.Results, result)
	}
	return w.Value(reply)
}

// userChanges are the changes that a request asks for, one for each user.
func (h *Handler) userChanges(ctx context.Context, a people.Actor, body raw.Object) ([]raw.Object, error) {
	if err := only(body, "users", "all_users", "user_updates"); err != nil {
		return nil, err
	}
	if v, _ := body.Raw("all_users"); string(v) != "true" {
		v, _ := body.Raw("users")
		changes, err := raw.Objects(v)
		if err != nil || len(changes) == 0 {
			return nil, bad("users", "Must specify either 'users' list or 'all_users=True' with 'user_updates'")
		}
		return changes, nil
	}
	v, _ := body.Raw("user_updates")
	patch, err := raw.Parse(v)
	if err != nil || patch.Len() == 0 || body.Has("users") {
		return nil, bad("user_updates", "all_users=True goes with 'user_updates' and without 'users'")
	}
	if patch.Has("user_id") || patch.Has("user_email") {
		return nil, bad("user_updates", "not everybody can have one user_id or user_email")
	}
	users, err := all(func(after string) (people.Page[people.User], error) {
		return h.People.Users.List(ctx, a, people.Listing{After: after, Limit: 1000})
	})
	if err != nil {
		return nil, err
	}
	changes := make([]raw.Object, len(users))
	for i, u := range users {
		changes[i] = patch.WithText("user_id", u.ID)
	}
	return changes, nil
}
