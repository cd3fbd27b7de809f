package people

import "cmp"

// Role is what a user is to the gateway, in LiteLLM's words.
type Role string

// The roles. A key without a user has Team when it is a team's, else Customer:
// it may call models and see itself.
const (
	ProxyAdmin         Role = "proxy_admin"          // may do everything
	ProxyAdminViewer   Role = "proxy_admin_viewer"   // may see everything
	InternalUser       Role = "internal_user"        // its own keys, and its teams' as they allow
	InternalUserViewer Role = "internal_user_viewer" // may see what is its own
	TeamRole           Role = "team"
	CustomerRole       Role = "customer"
)

func (r Role) valid() bool {
	switch r {
	case ProxyAdmin, ProxyAdminViewer, InternalUser, InternalUserViewer, TeamRole, CustomerRole:
		return true
	}
	return false
}

// Roles within teams and organizations.
const (
	MemberAdmin = "admin" // of a team
	MemberUser  = "user"  // of a team
	OrgAdmin    = "org_admin"
)

// defaultUser is who the master key is, in LiteLLM's words.
const defaultUser = "default_user_id"

// Actor is who asks a Directory for something.
type Actor struct {
	// Grant is what the actor may do itself.
	Grant *Grant
	// For is whom it acts for, in the audit log (the header litellm-changed-by).
	For string
	// Moves says that an administrator brings what another gateway has issued:
	// it is judged whenever it is used, not again because it is kept, and may say
	// what was spent.
	Moves bool
}

// Root is the actor that holds the master key, whose hash is given.
func Root(keyHash string) Actor {
	return Actor{Grant: &Grant{Role: ProxyAdmin, UserID: defaultUser, KeyHash: keyHash}}
}

// Role is what the actor is; an actor without a Grant is a customer.
func (a Actor) Role() Role {
	if a.Grant == nil {
		return CustomerRole
	}
	return a.Grant.Role
}

// UserID is the user that the actor is, "" for a key without one.
func (a Actor) UserID() string {
	if a.Grant == nil {
		return ""
	}
	return a.Grant.UserID
}

func (a Actor) keyHash() string {
	if a.Grant == nil {
		return ""
	}
	return a.Grant.KeyHash
}

func (a Actor) changedBy() string { return cmp.Or(a.For, a.UserID()) }

// admin reports whether the actor may change everything.
func (a Actor) admin() bool { return a.Role() == ProxyAdmin }

// moves reports whether the actor brings what was issued elsewhere.
func (a Actor) moves() bool { return a.Moves && a.admin() }

// views reports whether the actor may see everything.
func (a Actor) views() bool { return a.admin() || a.Role() == ProxyAdminViewer }

// writes reports whether the actor is a user that may change what is its own.
func (a Actor) writes() bool { return a.admin() || a.Role() == InternalUser && a.UserID() != "" }

// adminsOnly is the rule of kinds that administrators alone deal with.
func adminsOnly[T any](a Actor, before, after *T) error {
	if a.admin() || before == after && a.views() {
		return nil
	}
	return notAdmin(a)
}

func notAdmin(a Actor) error {
	return forbidden("", "Only proxy admin can be used to generate, delete, update info for new keys/users/teams. Your role=%s", a.Role())
}
