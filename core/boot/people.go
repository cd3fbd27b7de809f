package boot

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/record"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// rights are what a virtual key gives its holder.
type rights struct {
	*people.Grant
	// again reads anew what the grant was made of.
	again func(context.Context) (*people.Grant, error)
	// stale says that the grant may have changed meanwhile, although it must be
	// seen at once: again tells what counts.
	stale bool
	// groups are the access groups that the configuration has a model in.
	groups func(model string) []string

	guest   *jwt.Identity // whose place is not found yet: nothing is allowed
	seats   *seats        // where else the holder has a place: the model of a call tells which counts; nil: nowhere
	endUser string        // who the holder's calls are for, whatever they say
	vouched *jwt.Identity // the holder, by whoever issued their token; nil: they have a key
}

// May implements llm.Rights.
func (r *rights) May(model string) error { return r.Grant.May(model, r.groups(model)) }

// keep makes what is kept in a store: people, money, and how much is left of
// limits.
func (a *App) keep(in people.Store, now func() time.Time) error {
	settings, err := newSettings(&a.config.Access)
	if err != nil {
		return err
	}
	a.authority = people.NewAuthority(in, now)
	a.authority.Labels = labels(&a.config.Access)
	a.people = people.New(people.Config{Store: in, Now: now, Changed: a.changed, Groups: a.accessGroups, Settings: settings})
	a.ledger = &ledger.Ledger{Store: in, Now: now, Drifted: a.drifted}
	a.limiter = &limit.Limiter{Store: in, Now: now, Sleep: sleep, Count: limit.Tokens(a.config.Access.TokenLimits)}
	return nil
}

// drifted is told of a budget whose books do not add up.
func (a *App) drifted(ctx context.Context, d ledger.Drift) {
	record.Drift(ctx, a.edge.Log, d.Account, d.Committed, d.Spent, d.Held)
}

// changed is told of every change of what is kept: it counts here at once.
func (a *App) changed() {
	a.authority.Forget()
	a.looked.Store(0)
}

// People administers who may call.
func (a *App) People() *people.Directory { return a.people }

// virtual tells who has a key, from memory if it can. Where that may be too old,
// fresh or the call's meter reads it anew: the meter while it holds money.
func (a *App) virtual(ctx context.Context, token string) (*llm.Caller, error) {
	g, err := a.authority.Known(token)
	stale := g != nil && g.Budgeted()
	if err == nil && g == nil {
		g, err = a.authority.Grant(ctx, token)
	}
	if err != nil {
		return nil, err
	}
	again := func(ctx context.Context) (*people.Grant, error) { return a.authority.Confirm(ctx, token, g) }
	return callerOf(&rights{Grant: g, again: again, stale: stale, groups: a.accessGroups}), nil
}

func callerOf(key *rights) *llm.Caller {
	g := key.Grant
	return &llm.Caller{
		KeyHash: g.KeyHash, Master: g.Role == people.ProxyAdmin, Rights: key,
		Alias: g.KeyAlias, User: g.UserID, Team: g.TeamID, Organization: g.OrganizationID, Project: g.ProjectID,
	}
}

// fresh is a caller as it is now.
func fresh(ctx context.Context, caller *llm.Caller) (*llm.Caller, error) {
	key, ok := keyOf(caller)
	if !ok || !key.stale {
		return caller, nil
	}
	g, err := key.again(ctx)
	if err != nil {
		return nil, err
	}
	return callerOf(&rights{Grant: g, again: key.again, groups: key.groups}), nil
}

// identify puts a caller of several teams in the one that the call's model asks
// for, and under the budgets and limits of the customer and the tags of its call.
func (a *App) identify(ctx context.Context, call *llm.Call) (*llm.Caller, error) {
	key, ok := keyOf(call.Caller)
	if ok && key.seats != nil {
		var err error
		if call.Caller, err = key.seats.forModel(ctx, call); err != nil {
			return nil, err
		}
		key, ok = keyOf(call.Caller)
	}
	if ok && key.endUser != "" {
		call.Options.EndUser = key.endUser
	}
	if err := a.gate.hears(call, key); err != nil {
		return nil, err
	}
	return a.under(ctx, call)
}

// under puts a caller under the budgets and limits of the customer and the tags
// of its call.
func (a *App) under(ctx context.Context, call *llm.Call) (*llm.Caller, error) {
	o := call.Options
	key, ok := keyOf(call.Caller)
	if !ok { // the master key's holder, who may do everything
		key = &rights{Grant: &people.Grant{}, again: func(context.Context) (*people.Grant, error) { return &people.Grant{}, nil }, groups: a.accessGroups}
	}
	if o.EndUser == "" && len(o.Tags) == 0 && len(key.Tags) == 0 {
		return call.Caller, nil
	}
	with := func(ctx context.Context, g *people.Grant) (*people.Grant, error) {
		return a.authority.With(ctx, g, o.EndUser, o.Tags)
	}
	g, err := with(ctx, key.Grant)
	if err != nil {
		return nil, err
	}
	c := llm.Caller{}
	if call.Caller != nil {
		c = *call.Caller
	}
	c.Rights = &rights{Grant: g, stale: key.stale, groups: key.groups, again: func(ctx context.Context) (*people.Grant, error) {
		g, err := key.again(ctx)
		if err != nil {
			return nil, err
		}
		return with(ctx, g)
	}}
	return &c, nil
}

// keyOf is the virtual key that a caller has; false for the master's, and nobody's.
func keyOf(c *llm.Caller) (*rights, bool) {
	if c == nil {
		return nil, false
	}
	key, ok := c.Rights.(*rights)
	return key, ok
}

// actor is a caller as somebody who administers.
func actor(r *http.Request, caller *llm.Caller) people.Actor {
	as := people.Root(caller.KeyHash)
	if key, ok := keyOf(caller); ok {
		as = key.Actor()
	}
	as.For = r.Header.Get("Litellm-Changed-By")
	return as
}

// held returns an error unless the holder of a virtual key may ask for a path,
// from where it does.
func held(caller *llm.Caller, access routes.Access, r *http.Request, from netip.Addr) error {
	key, ok := keyOf(caller)
	if !ok {
		return nil
	}
	if err := key.From(from); err != nil {
		return err
	}
	switch {
	case access == routes.Open:
		return nil
	case access != routes.Master:
		return key.MayCall(r.URL.Path)
	case caller.Master:
		return key.MayCall(r.URL.Path)
	case key.MayPass(r.URL.Path):
		return nil
	}
	return &llm.Error{Class: llm.PermissionDeniedError, Type: "auth_error", Message: "this route is for the master key, or for keys whose allowed_passthrough_routes have it"}
}
