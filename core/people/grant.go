package people

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// Grant is what the holder of a token may do, after everyone above it has had a
// say. It is shared by requests and must not be changed.
type Grant struct {
	KeyHash  string // the hex SHA-256 of the key, as it is now
	KeyID    string // stays when the key is regenerated
	KeyAlias string

	UserID, UserEmail, TeamID, TeamAlias, ProjectID, OrganizationID string

	Role     Role
	TeamRole string // the user's in the team: admin, user or ""

	Models  []Allow           // each must allow a model; none: all may be used
	Aliases map[string]string // names that stand for others, before Models are asked

	Accounts []Account // budgets that every call is charged to
	Rates    []Rate    // limits that every call is held to

	Routes      []string // allowed_routes; none: those of the Role
	Passthrough []string // allowed_passthrough_routes
	AllowedIPs  []netip.Prefix

	Guardrails, Policies, Tags, EnforcedParams, CacheControls []string
	Permissions, Metadata, TeamMetadata, RouterSettings       Free

	// Of the request's customer, which With adds.
	CustomerID, CustomerModel, CustomerRegion string

	Expires time.Time // zero: never
	// Version changes with everyone that the Grant was made of.
	Version int64

	team []string    // the team's pass-through routes, when the key has its own, too
	from []store.Key // what it was read from
}

// Budgeted reports whether a call can be refused for money: such a Grant is
// read anew for every call.
func (g *Grant) Budgeted() bool {
	return slices.ContainsFunc(g.Accounts, func(a Account) bool { return a.Limit != nil })
}

// Actor is the holder of the grant as somebody who administers.
func (g *Grant) Actor() Actor { return Actor{Grant: g} }

// Resolve is the model that a name stands for by the holder's aliases.
func (g *Grant) Resolve(model string) string {
	if target, ok := g.Aliases[model]; ok {
		return target
	}
	return model
}

// May returns an *llm.Error unless everyone in the chain allows a model, which
// belongs to these access groups by the configuration.
func (g *Grant) May(model string, groups []string) error {
	for _, a := range g.Models {
		if !a.allows(model, groups) {
			return &llm.Error{
				Class: llm.AuthenticationError, Type: a.Holder + "_model_access_denied", Param: "model",
				Message: fmt.Sprintf("%s not allowed to access model. This %s can only access models=%q. Tried to access %.200s", a.Holder, a.Holder, a.Models, model),
			}
		}
	}
	return nil
}

// MayCall returns an *llm.Error unless the key's allowed_routes let it call a
// path. Whether the Role may is the route's own question.
func (g *Grant) MayCall(path string) error {
	if len(g.Routes) == 0 || routeAllowed(g.Routes, path) {
		return nil
	}
	return forbidden("", "Virtual key is not allowed to call this route. Only allowed to call routes: %q. Tried to call route: %.200s", g.Routes, path)
}

// Within is the grant of somebody who may do less by what else is known of them:
// use models that each of these allows, and call paths that each of these lists
// has. It is also the most that they can give to a key.
func (g *Grant) Within(models []Allow, routes ...[]string) *Grant {
	less := *g
	less.Models = append(slices.Clip(g.Models), models...)
	for _, list := range routes {
		less.Routes = narrow(less.Routes, list)
	}
	return &less
}

// narrow is what two lists of routes have in common; the first may be empty,
// which is all there are.
func narrow(routes, by []string) []string {
	var both []string
	if len(routes) == 0 {
		both = slices.Clone(by)
	}
	for _, r := range routes {
		if routesCover(by, r) {
			both = append(both, r)
		}
	}
	for _, r := range by {
		if len(routes) > 0 && !slices.Contains(both, r) && routesCover(routes, r) {
			both = append(both, r)
		}
	}
	if len(both) == 0 {
		return []string{noRoute}
	}
	return both
}

// noRoute is no path, no prefix and no group of routes.
const noRoute = "none"

// RouteAllowed reports whether a path is one of the routes: paths, what is below
// them, prefixes that end in *, and LiteLLM's names for groups.
func RouteAllowed(routes []string, path string) bool { return routeAllowed(routes, path) }

// MayPass reports whether the holder may call a pass-through route that is for
// those only who are given it.
func (g *Grant) MayPass(path string) bool {
	return routeAllowed(g.Passthrough, path) && (len(g.team) == 0 || routeAllowed(g.team, path))
}

// From returns an *llm.Error unless the holder may call from an address.
func (g *Grant) From(addr netip.Addr) error {
	if len(g.AllowedIPs) == 0 || slices.ContainsFunc(g.AllowedIPs, func(p netip.Prefix) bool { return p.Contains(addr.Unmap().WithZone("")) }) {
		return nil
	}
	return forbidden("", "Access forbidden: IP address not allowed.")
}

// Requires returns an *llm.Error unless a call has the parameters that the key
// enforces. "metadata.x" is a member of a member.
func (g *Grant) Requires(call *llm.Call) error {
	for _, param := range g.EnforcedParams {
		if !call.Says(param) {
			return bad(param, "BadRequest please pass param=%s in request body. This is a required param", param)
		}
	}
	return nil
}

// Service reports whether the holder is a service account: a key of a team that
// is no user's, or one whose metadata says so in LiteLLM's words.
func (g *Grant) Service() bool {
	return g.TeamID != "" && g.UserID == "" || g.Metadata["service_account_id"] != nil
}

// alive returns an *llm.Error once the key has expired.
func (g *Grant) alive(now time.Time) error {
	if g.Expires.IsZero() || now.Before(g.Expires) {
		return nil
	}
	return &llm.Error{
		Class: llm.BadRequestError, Type: "expired_key",
		Message: fmt.Sprintf("Authentication Error - Expired Key. Key Expiry time %s and current time %s", g.Expires.Format(time.RFC3339), now.UTC().Format(time.RFC3339)),
	}
}
