package people

import (
	"context"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// User is somebody who owns keys, under LiteLLM's names. Its models and its
// budget are for its personal keys: a team's keys have the team's. Its limits
// are for all of them.
type User struct {
	Stamp
	Spending

	ID        string   `json:"user_id,omitempty"`
	Email     string   `json:"user_email,omitempty"`
	Alias     string   `json:"user_alias,omitempty"`
	Role      Role     `json:"user_role,omitempty"`
	SSOUserID string   `json:"sso_user_id,omitempty"`
	Models    []string `json:"models,omitempty"`
	Spend     Dollars  `json:"spend,omitempty"` // spent before the user came here
	Metadata  Free     `json:"metadata,omitempty"`

	ObjectPermission Free `json:"object_permission,omitempty"`
}

func userPK(id string) string { return "U#" + id }

func (u *User) id() string { return u.ID }
func (u *User) name(id string) {
	if u.ID == "" {
		u.ID = id
	}
	if u.Role == "" {
		u.Role = InternalUser
	}
}
func (u *User) spends() *Spending { return &u.Spending }

func (u *User) links() []link {
	all := append(u.budget(userPK(u.ID)), listed("users", u.CreatedAt.Time, u.ID))
	if u.Email != "" {
		all = append(all, claimed("user_email", strings.ToLower(u.Email), taken("user_email", u.Email)))
	}
	if u.SSOUserID != "" {
		all = append(all, claimed("sso_user_id", u.SSOUserID, taken("sso_user_id", u.SSOUserID)))
	}
	return all
}

func (u *User) valid() error {
	if !u.Role.valid() {
		return bad("user_role", "user_role must be proxy_admin, proxy_admin_viewer, internal_user, internal_user_viewer, team or customer")
	}
	if u.ID == defaultUser {
		return bad("user_id", "user_id=%s is whoever has the master key", defaultUser)
	}
	return first(u.Spending.valid(), checkModels(u.Models, true), checkName("user_email", u.Email), checkName("sso_user_id", u.SSOUserID))
}

// ownFields are what users may change of themselves.
var ownFields = []string{"user_email", "user_alias"}

func userKind() kind[User] {
	return kind[User]{field: "user_id", table: "LiteLLM_UserTable", list: "users", pk: userPK, may: mayUser, owns: true}
}

// mayUser lets administrators do everything, and others see themselves.
func mayUser(_ context.Context, _ *Directory, a Actor, before, after *User, fields []string) error {
	if a.admin() || before == after && a.views() {
		return nil
	}
	if before == nil || after == nil || a.UserID() == "" || before.ID != a.UserID() {
		return notAdmin(a)
	}
	for _, f := range fields {
		if !slices.Contains(ownFields, f) || a.Role() == InternalUserViewer {
			return forbidden(f, "user not allowed to update %s, role=%s. only user_email and user_alias can be updated", f, a.Role())
		}
	}
	return nil
}

// Users are the users.
type Users struct{ *Table[User, *User] }

// Create makes a user, with what the operator says of new ones.
func (u *Users) Create(ctx context.Context, a Actor, v User) (*User, error) {
	if !a.moves() {
		u.d.Settings.fillUser(&v)
	}
	return u.Table.Create(ctx, a, v)
}

// Update is Table's. Who becomes an internal user has what the operator says of
// those.
func (u *Users) Update(ctx context.Context, a Actor, id string, patch raw.Object) (*User, error) {
	fields, err := u.named(patch)
	if err != nil {
		return nil, err
	}
	return u.change(ctx, a, "updated", id, fields, func(before, after *User) error {
		if err := u.patch(before, after, patch); err != nil {
			return err
		}
		if !a.moves() && before.Role != InternalUser && after.Role == InternalUser {
			u.d.Settings.Internal.giveUser(after)
		}
		return nil
	})
}

// ByEmail finds the user with an address; case does not matter.
func (u *Users) ByEmail(ctx context.Context, a Actor, email string) (*User, error) {
	email = strings.ToLower(email)
	id, err := u.d.claimant(ctx, "user_email", email)
	if err != nil {
		return nil, err
	}
	v, err := u.Get(ctx, a, id)
	if gone(err) { // whose it is is not told either
		return nil, missing("user_email", email)
	}
	return v, err
}
