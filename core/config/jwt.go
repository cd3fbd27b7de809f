package config

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// JWT says whose tokens are taken beside keys, and what their claims mean:
// enable_jwt_auth with litellm_jwtauth. Claims are named by paths: names with
// dots between them. Routes are paths, or LiteLLM's names for groups of them.
type JWT struct {
	KeyURLs   []string // JWT_PUBLIC_KEY_URL: where keys are; none: to be discovered from Issuers
	Issuers   []string // JWT_ISSUER; none: any, and nobody administers by AdminScope
	Audiences []string // JWT_AUDIENCE: tokens must be for one of them; none: for anybody
	KeyTTL    time.Duration

	UserinfoURL string // where tokens are asked about instead of being checked here; "": nowhere
	UserinfoTTL time.Duration

	// Claims; "": not read.
	User, Email, UserRoles          string
	Team, TeamAlias, Teams          string
	Organization, OrganizationAlias string
	EndUser, Roles, Object          string

	AdminScope   string   // who was granted this scope administers
	AdminRoutes  []string // and may call these
	TeamRoutes   []string // of tokens of a team without a user
	PublicRoutes []string // of tokens of nobody who is known
	DefaultTeam  string   // of tokens that name none

	EmailDomain  string   // users must have an address there; "": any
	AllowedRoles []string // of UserRoles: who has one is an internal user
	UpsertUser   bool     // a user that is not known is made
	UpsertTeam   bool     // a team that is not known is made

	EnforceRBAC       bool          // a token must belong to an administrator, a team or a user
	EnforceTeamModels bool          // a token must name a team that may use the model
	EnforceScopes     bool          // a token may use the models of its Scopes only
	Scopes            []Permission  // by scope
	Permissions       []Permission  // by role: proxy_admin, team or internal_user; count with EnforceRBAC
	RoleMappings      []RoleMapping // of Roles, to proxy_admin, team or internal_user: the first that fits
	UserRoleMap       []RoleMapping // of Roles, in which * is any text, to roles of users; counts with SyncRoleAndTeams
	SyncRoleAndTeams  bool          // users get the role and the teams that their token names
}

// Permission is what a role or a scope may use.
type Permission struct {
	Name           string
	Models, Routes []string // nil: all
}

// RoleMapping is what a role of the identity provider's is here.
type RoleMapping struct{ Role, Is string }

const (
	jwtEnabled = generalName + ".enable_jwt_auth"
	jwtName    = generalName + ".litellm_jwtauth"
)

func jwtSection() section {
	return section{
		name: "litellm_jwtauth",
		used: `admin_jwt_scope admin_allowed_routes team_id_jwt_field team_ids_jwt_field team_alias_jwt_field team_id_default
			team_id_upsert team_allowed_routes org_id_jwt_field org_alias_jwt_field user_id_jwt_field user_email_jwt_field
			user_allowed_email_domain user_roles_jwt_field user_allowed_roles user_id_upsert end_user_id_jwt_field
			public_key_ttl public_allowed_routes enforce_rbac roles_jwt_field role_mappings object_id_jwt_field
			scope_mappings enforce_scope_based_access enforce_team_based_model_access jwt_litellm_role_map
			sync_user_role_and_teams oidc_userinfo_endpoint oidc_userinfo_enabled oidc_userinfo_cache_ttl custom_validate`,
		ignored: `
			upsert_sso_user_to_team: a token's user is always made a member of its team`,
	}
}

// jwt reads who is let in by a token; nil: nobody is.
func (r *reader) jwt(general *node) *JWT {
	n := r.section(general.get("litellm_jwtauth"), jwtName)
	if n != nil {
		strict := r.opts.Strict
		r.opts.Strict = true // nobody knows whom a rule that is not known would keep out
		r.checkKeys(n, r.words.jwt, jwtName)
		r.opts.Strict = strict
	}
	j := r.jwtRules(n)
	j.Permissions = r.permissions(general.get("role_permissions"), generalName+".role_permissions", "role")
	if v := r.boolean(general.get("enforce_rbac"), generalName+".enforce_rbac"); v != nil && *v {
		j.EnforceRBAC = true
	}
	if v := r.boolean(general.get("enable_jwt_auth"), jwtEnabled); v == nil || !*v {
		return nil
	}
	r.jwtTrust(j, general.get("enable_jwt_auth"))
	r.jwtCheck(j, n)
	return j
}

func (r *reader) jwtRules(n *node) *JWT {
	j := &JWT{
		AdminScope: "litellm_proxy_admin", KeyTTL: 10 * time.Minute, UserinfoTTL: 5 * time.Minute,
		AdminRoutes: []string{"management_routes", "spend_tracking_routes", "global_spend_tracking_routes", "info_routes"},
		TeamRoutes:  []string{"openai_routes", "info_routes", "mcp_routes"}, PublicRoutes: []string{"public_routes"},
	}
	for name, to := range map[string]*string{
		"admin_jwt_scope": &j.AdminScope, "team_id_jwt_field": &j.Team, "team_ids_jwt_field": &j.Teams, "team_alias_jwt_field": &j.TeamAlias,
		"team_id_default": &j.DefaultTeam, "org_id_jwt_field": &j.Organization, "org_alias_jwt_field": &j.OrganizationAlias,
		"user_id_jwt_field": &j.User, "user_email_jwt_field": &j.Email, "user_allowed_email_domain": &j.EmailDomain,
		"user_roles_jwt_field": &j.UserRoles, "end_user_id_jwt_field": &j.EndUser, "roles_jwt_field": &j.Roles, "object_id_jwt_field": &j.Object,
		"oidc_userinfo_endpoint": &j.UserinfoURL,
	} {
		if v := r.str(n.get(name), join(jwtName, name)); v != "" {
			*to = v
		}
	}
	for name, to := range map[string]*[]string{
		"admin_allowed_routes": &j.AdminRoutes, "team_allowed_routes": &j.TeamRoutes, "public_allowed_routes": &j.PublicRoutes, "user_allowed_roles": &j.AllowedRoles,
	} {
		if v := r.strs(n.get(name), join(jwtName, name)); v != nil {
			*to = v
		}
	}
	userinfo := false
	for name, to := range map[string]*bool{
		"team_id_upsert": &j.UpsertTeam, "user_id_upsert": &j.UpsertUser, "enforce_rbac": &j.EnforceRBAC, "enforce_scope_based_access": &j.EnforceScopes,
		"enforce_team_based_model_access": &j.EnforceTeamModels, "sync_user_role_and_teams": &j.SyncRoleAndTeams, "oidc_userinfo_enabled": &userinfo,
	} {
		if v := r.boolean(n.get(name), join(jwtName, name)); v != nil {
			*to = *v
		}
	}
	for name, to := range map[string]*time.Duration{"public_key_ttl": &j.KeyTTL, "oidc_userinfo_cache_ttl": &j.UserinfoTTL} {
		if v := r.duration(n.get(name), join(jwtName, name)); v != nil {
			*to = *v
		}
	}
	if userinfo && j.UserinfoURL == "" {
		r.report(n.place, Error, jwtName, "oidc_userinfo_enabled needs oidc_userinfo_endpoint")
	}
	if !userinfo {
		j.UserinfoURL = ""
	}
	j.Scopes = r.permissions(n.get("scope_mappings"), join(jwtName, "scope_mappings"), "scope")
	j.RoleMappings = r.roleMappings(n.get("role_mappings"), join(jwtName, "role_mappings"), "role", "internal_role", "proxy_admin team internal_user")
	j.UserRoleMap = r.roleMappings(n.get("jwt_litellm_role_map"), join(jwtName, "jwt_litellm_role_map"), "jwt_role", "litellm_role",
		"proxy_admin proxy_admin_viewer internal_user internal_user_viewer team customer")
	return j
}

// jwtCheck reports rules that LiteLLM does not start with, or that would do
// nothing.
func (r *reader) jwtCheck(j *JWT, n *node) {
	if n == nil {
		return
	}
	fault := func(key, message string) { r.report(or(n.get(key), n).place, Error, join(jwtName, key), message) }
	if v := n.get("custom_validate"); !v.null() {
		fault("custom_validate", "custom_validate names Python code, which is not run here: say what a token must have by audience, roles and scopes")
	}
	if (j.UserRoles == "") != (j.AllowedRoles == nil) {
		fault("user_allowed_roles", "user_roles_jwt_field and user_allowed_roles must be set together")
	}
	if j.Object != "" && j.RoleMappings == nil {
		fault("object_id_jwt_field", "object_id_jwt_field needs role_mappings, which say whether it is a user or a team")
	}
	if j.Scopes != nil && !j.EnforceScopes {
		fault("scope_mappings", "scope_mappings needs enforce_scope_based_access: true")
	}
	if slices.ContainsFunc(j.RoleMappings, func(m RoleMapping) bool { return m.Is == "proxy_admin" }) {
		r.report(n.get("role_mappings").place, Warning, join(jwtName, "role_mappings"), "as in LiteLLM a role that is mapped to proxy_admin administers nothing: use admin_jwt_scope, or jwt_litellm_role_map")
	}
}

// jwtTrust reads whose tokens are taken, which LiteLLM keeps in the environment.
func (r *reader) jwtTrust(j *JWT, at *node) {
	list := func(name string) []string {
		v, _ := r.lookup(name)
		return strings.FieldsFunc(v, func(c rune) bool { return c == ',' || c == ' ' })
	}
	j.KeyURLs, j.Issuers, j.Audiences = list("JWT_PUBLIC_KEY_URL"), list("JWT_ISSUER"), list("JWT_AUDIENCE")
	fault := func(severity Severity, message string) { r.report(at.place, severity, jwtEnabled, message) }
	if j.UserinfoURL == "" && len(j.KeyURLs) == 0 && len(j.Issuers) == 0 {
		fault(Error, "enable_jwt_auth needs the environment variable JWT_PUBLIC_KEY_URL, or JWT_ISSUER to find it by")
	}
	if n := len(j.KeyURLs); n > 1 && len(j.Issuers) > 1 && n != len(j.Issuers) {
		fault(Error, "JWT_PUBLIC_KEY_URL and JWT_ISSUER must name as many addresses as issuers, in the same order, or one for all")
	}
	sources := slices.Concat(j.KeyURLs, j.Issuers)
	if len(j.KeyURLs) > 0 {
		sources = slices.Clone(j.KeyURLs)
	}
	if j.UserinfoURL != "" {
		sources = []string{j.UserinfoURL}
	}
	for _, s := range sources {
		switch u, err := url.Parse(s); {
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			fault(Error, "JWT_PUBLIC_KEY_URL, JWT_ISSUER and oidc_userinfo_endpoint must be http or https URLs")
		case u.Scheme == "http" && !loopback(u.Hostname()):
			fault(Warning, "an address that says who is let in is plain http: whoever is on the way can let anybody in")
		}
	}
	if j.UserinfoURL != "" {
		return
	}
	if len(j.Audiences) == 0 {
		fault(Warning, "JWT_AUDIENCE is not set: tokens that were issued for other applications are taken, too")
	}
	if len(j.Issuers) == 0 {
		fault(Warning, "JWT_ISSUER is not set: whoever has a key of JWT_PUBLIC_KEY_URL is believed, and admin_jwt_scope makes nobody an administrator")
	}
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// permissions reads a list of roles or scopes with what they may use.
func (r *reader) permissions(list *node, key, by string) []Permission {
	var out []Permission
	for at, n := range r.entries(list, key, by+" models routes") {
		out = append(out, Permission{
			Name: r.required(n, at, by), Models: r.strs(n.get("models"), join(at, "models")), Routes: r.strs(n.get("routes"), join(at, "routes")),
		})
	}
	return out
}

// roleMappings reads a list of roles with what they are here.
func (r *reader) roleMappings(list *node, key, from, to, known string) []RoleMapping {
	var out []RoleMapping
	for at, n := range r.entries(list, key, from+" "+to) {
		m := RoleMapping{r.required(n, at, from), r.required(n, at, to)}
		if m.Is != "" && !slices.Contains(strings.Fields(known), m.Is) {
			r.wrong(n.get(to), join(at, to), "one of "+strings.Join(strings.Fields(known), ", "))
		}
		out = append(out, m)
	}
	return out
}

// explain says whose tokens are taken.
func (j *JWT) explain() string {
	switch {
	case j.UserinfoURL != "":
		return "tokens are taken that " + shown(j.UserinfoURL) + " knows"
	case len(j.Issuers) > 0:
		return "tokens of " + strings.Join(j.Issuers, " and ") + " are taken"
	}
	return "tokens are taken that a key of " + shown(strings.Join(j.KeyURLs, ",")) + " has signed"
}
