package boot

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// teamHeader is where a caller of several teams names one.
const teamHeader = "X-Litellm-Team-Id"

// seat gives a token's holder the place among the people that a request is made
// from. Other callers have theirs.
func (a *App) seat(r *http.Request, caller *llm.Caller) (*llm.Caller, error) {
	key, ok := keyOf(caller)
	if !ok || key.guest == nil {
		return caller, nil
	}
	return a.door.seat(r.Context(), key.guest, r.Header.Get(teamHeader), r.URL.Path)
}

func (d *door) seat(ctx context.Context, i *jwt.Identity, asked, path string) (*llm.Caller, error) {
	if i.Admin {
		g := &people.Grant{KeyHash: i.Holder, Role: people.ProxyAdmin, UserID: i.User}
		g = g.Within(permitted(i), append(reachable(i), d.rules.AdminRoutes)...)
		return callerOf(&rights{Grant: g, groups: d.groups, vouched: i, again: func(context.Context) (*people.Grant, error) { return g, nil }}), nil
	}
	if asked != "" && asked != i.Team && !slices.Contains(i.Teams, asked) {
		return nil, &llm.Error{
			Class: llm.PermissionDeniedError, Type: "auth_error",
			Message: "the team of the x-litellm-team-id header is not in your JWT's allowed teams",
		}
	}
	who, err := d.settle(ctx, i, asked)
	if err != nil {
		return nil, err
	}
	s := &seats{door: d, guest: i, who: people.Identity{Holder: i.Holder, User: who.User, Organization: who.Organization}}
	switch {
	case who.Team != "":
		s.teams = []string{who.Team}
	case len(i.Teams) == 0:
		s.teams = []string{""}
	default:
		s.of = true
		if people.RouteAllowed(d.rules.TeamRoutes, path) {
			s.teams = who.Teams
		}
	}
	return s.first(ctx)
}

// seats are the places that a token's holder may call from.
type seats struct {
	*door
	guest *jwt.Identity
	who   people.Identity
	teams []string
	of    bool // the token names several: which one depends on the model
}

// first is the first place that there is; a caller of teams of which none is
// here may ask for no model, but see what is its own.
func (s *seats) first(ctx context.Context) (*llm.Caller, error) {
	var refusal error
	for _, team := range s.teams {
		key, err := s.at(ctx, team)
		if err == nil {
			return callerOf(key), nil
		}
		if refusal = err; !errors.Is(err, llm.AuthenticationError) {
			return nil, err
		}
	}
	if refusal != nil {
		return nil, refusal
	}
	key, err := s.at(ctx, "")
	if err != nil {
		return nil, err
	}
	return callerOf(key), nil
}

// forModel is the first place that the model of a call may be used from.
func (s *seats) forModel(ctx context.Context, call *llm.Call) (*llm.Caller, error) {
	for _, team := range s.teams {
		key, err := s.at(ctx, team)
		if errors.Is(err, llm.AuthenticationError) { // blocked, or gone
			continue
		}
		if err != nil {
			return nil, err
		}
		name, err := s.resolve(key.Resolve(call.Model))
		if err != nil || key.May(name) == nil { // what nobody has, the gateway refuses
			call.Record.Team = team
			return callerOf(key), nil
		}
	}
	return nil, &llm.Error{
		Class: llm.PermissionDeniedError, Type: "team_model_access_denied", Param: "model",
		Message: "No team of the token has access to the requested model. Check `/models` to see all available models.",
	}
}

// at are the rights that the holder has in one team; "": in none.
func (s *seats) at(ctx context.Context, team string) (*rights, error) {
	who := s.who
	who.Team = team
	g, err := s.authority.KnownOf(who)
	stale := g != nil && g.Budgeted()
	if err == nil && g == nil {
		g, err = s.authority.GrantOf(ctx, who)
	}
	if err == nil && who.User != "" && team != "" && g.TeamRole == "" {
		if err = s.people.Join(ctx, who.User, team); err == nil {
			g, err = s.authority.ConfirmOf(ctx, who, g)
		}
	}
	if err != nil {
		return nil, err
	}
	key := &rights{Grant: s.held(g), endUser: s.guest.EndUser, vouched: s.guest, stale: stale, groups: s.groups}
	if s.of {
		key.seats = s
	}
	key.again = func(ctx context.Context) (*people.Grant, error) {
		now, err := s.authority.ConfirmOf(ctx, who, g)
		if err != nil {
			return nil, err
		}
		return s.held(now), nil
	}
	return key, nil
}

// held is a grant less what the token does not allow.
func (s *seats) held(g *people.Grant) *people.Grant {
	routes := reachable(s.guest)
	switch {
	case g.UserID == "" && g.TeamID == "":
		routes = append(routes, s.rules.PublicRoutes)
	case g.UserID == "":
		routes = append(routes, s.rules.TeamRoutes)
	}
	g = g.Within(permitted(s.guest), routes...)
	if !s.guest.Issued && (g.Role == people.ProxyAdmin || g.Role == people.ProxyAdminViewer) {
		g.Role = people.InternalUser
	}
	return g
}

// permitted are what the roles and scopes of a token may use.
func permitted(i *jwt.Identity) []people.Allow {
	var all []people.Allow
	for _, p := range i.Permits {
		if p.Models != nil {
			all = append(all, people.Allow{Holder: p.Name, ID: i.Holder, Models: p.Models})
		}
	}
	return all
}

// reachable are what the roles and scopes of a token may call.
func reachable(i *jwt.Identity) [][]string {
	var all [][]string
	for _, p := range i.Permits {
		if p.Routes != nil {
			all = append(all, p.Routes)
		}
	}
	return all
}
