package jwt

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// Identity is whom claims speak of, by the operator's rules. Names are the
// provider's: they may be nobody's here.
type Identity struct {
	Holder string // 64 hex digits that stay the same for the provider's subject
	Issued bool   // the provider is known by name: without that nobody administers

	Admin   bool // was granted the administrators' scope
	EndUser string

	User, Email                     string
	Proved                          bool   // the provider says that the address is the user's
	UserRole                        string // that the user is to have; "": not said
	Team, TeamAlias                 string
	Teams                           []string // to choose from
	Organization, OrganizationAlias string

	Permits []config.Permission // what its role and its scopes allow: all of them must
}

// Of reads claims by the operator's rules. Errors are *llm.Error.
func Of(c *Claims, rules *config.JWT) (*Identity, error) {
	r := &reader{Claims: c, rules: rules}
	i := &Identity{
		Issued: c.issued, User: r.say(rules.User), Email: r.say(rules.Email), Team: r.say(rules.Team), TeamAlias: r.say(rules.TeamAlias),
		Teams: r.list(rules.Teams), Organization: r.say(rules.Organization), OrganizationAlias: r.say(rules.OrganizationAlias), EndUser: r.say(rules.EndUser),
	}
	scopes, err := c.scopes()
	if r.err == nil {
		r.err = err
	}
	if i.Team == "" {
		i.Team = rules.DefaultTeam
	}
	i.Admin = c.issued && rules.AdminScope != "" && slices.Contains(scopes, rules.AdminScope)
	role := r.role(i)
	if err := r.permit(i, role, scopes); err != nil {
		return nil, err
	}
	if i.User == "" {
		i.User = i.Email
	}
	switch object := r.say(rules.Object); {
	case object == "":
	case role == "team":
		i.Team = object
	case role == "internal_user":
		i.User = object
	}
	i.UserRole = r.userRole()
	i.Proved = c.is("email_verified", true)
	i.Holder = r.holder(i)
	if r.err != nil {
		return nil, r.err
	}
	if i.Admin {
		return i, nil
	}
	return i, r.belongs(i)
}

// reader reads claims, and keeps the first error.
type reader struct {
	*Claims
	rules *config.JWT
	err   error
}

func (r *reader) say(path string) string {
	s, err := r.text(path)
	if err != nil && r.err == nil {
		r.err = err
	}
	return s
}

func (r *reader) list(path string) []string {
	all, err := r.Texts(path)
	if err != nil && r.err == nil {
		r.err = err
	}
	return all
}

// role is what the token belongs to, in LiteLLM's order: proxy_admin, team,
// internal_user, or "" for none of them.
func (r *reader) role(i *Identity) string {
	allowed := func(role string) bool { return slices.Contains(r.rules.AllowedRoles, role) }
	switch {
	case i.Admin:
		return "proxy_admin"
	case i.Team != "":
		return "team"
	case i.User != "", slices.ContainsFunc(r.list(r.rules.UserRoles), allowed):
		return "internal_user"
	}
	roles := r.list(r.rules.Roles)
	for _, m := range r.rules.RoleMappings {
		if slices.Contains(roles, m.Role) {
			return m.Is
		}
	}
	return ""
}

// permit holds an identity to what its role and its scopes allow.
func (r *reader) permit(i *Identity, role string, scopes []string) error {
	if r.rules.EnforceRBAC {
		if role == "" {
			return forbidden("Unmatched token passed in. enforce_rbac is set to True. Token must belong to a proxy admin, team, or user.")
		}
		if at := slices.IndexFunc(r.rules.Permissions, func(p config.Permission) bool { return p.Name == role }); at >= 0 {
			i.Permits = append(i.Permits, r.rules.Permissions[at])
		}
	}
	if !r.rules.EnforceScopes || len(r.rules.Scopes) == 0 {
		return nil
	}
	all := config.Permission{Name: "scope", Models: []string{}}
	everywhere := false
	for _, s := range r.rules.Scopes {
		if slices.Contains(scopes, s.Name) {
			all.Models, all.Routes = append(all.Models, s.Models...), append(all.Routes, s.Routes...)
			everywhere = everywhere || s.Routes == nil
		}
	}
	if everywhere {
		all.Routes = nil
	}
	i.Permits = append(i.Permits, all)
	return nil
}

// userRole is the first that a role of the token stands for. Who says so must be
// known to make an administrator of somebody.
func (r *reader) userRole() string {
	roles := r.list(r.rules.Roles)
	for _, m := range r.rules.UserRoleMap {
		if slices.ContainsFunc(roles, func(role string) bool { return like(m.Role, role) }) {
			if strings.HasPrefix(m.Is, "proxy_admin") && !r.issued {
				return ""
			}
			return m.Is
		}
	}
	return ""
}

// holder tells the holders of tokens apart: by the provider's own name for them,
// and without one by whom they speak for here.
func (r *reader) holder(i *Identity) string {
	sub := r.say("sub")
	text := fmt.Sprintf("jwt %q %q", r.say("iss"), sub)
	if sub == "" {
		text = fmt.Sprintf("jwt %q %q %q %q %q", r.say("iss"), i.User, i.Team, i.TeamAlias, i.Teams)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// belongs judges what a token must say of a user and a team.
func (r *reader) belongs(i *Identity) error {
	if domain := r.rules.EmailDomain; domain != "" {
		_, has, _ := strings.Cut(i.Email, "@")
		// An address that the provider says is not proved is anybody's.
		if has == "" || !strings.EqualFold(has, domain) || r.is("email_verified", false) {
			return &llm.Error{
				Class: llm.PermissionDeniedError, Type: "auth_error", Param: "user_email",
				Message: "Email domain not allowed. Allowed domain: " + domain,
			}
		}
	}
	if i.Team == "" && i.TeamAlias == "" && len(i.Teams) == 0 {
		if r.rules.Team != "" || r.rules.TeamAlias != "" {
			return refused("No team found in token. Checked team_id field '%s' and team_alias field '%s'", r.rules.Team, r.rules.TeamAlias)
		}
		if r.rules.EnforceTeamModels {
			return forbidden("No teams found in token. `enforce_team_based_model_access` is set to True. Token must belong to a team.")
		}
	}
	return nil
}

// like reports whether a role is of a pattern, as Python's fnmatch has it.
func like(pattern, role string) bool {
	const slash = "\x00" // which path.Match does not keep apart
	pattern = strings.NewReplacer("[!", "[^", `\`, `\\`, "/", slash).Replace(pattern)
	ok, err := path.Match(pattern, strings.ReplaceAll(role, "/", slash))
	return ok && err == nil
}

func forbidden(message string) *llm.Error {
	return &llm.Error{Class: llm.PermissionDeniedError, Type: "auth_error", Message: message}
}
