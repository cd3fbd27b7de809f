package boot

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// gate holds requests to what the configuration says of all of them: from where
// they come, what they ask for, and what they must say.
type gate struct{ config.Access }

// newGate returns an error for what a configuration names and nobody knows.
func newGate(a config.Access) (gate, error) {
	for key, list := range map[string][]string{"allowed_routes": a.AllowedRoutes, "admin_only_routes": a.AdminRoutes, "public_routes": a.PublicRoutes} {
		if entry := people.Unlisted(list); entry != "" {
			return gate{}, fmt.Errorf("%s: there is no group of routes %q", key, entry)
		}
	}
	return gate{a}, nil
}

// from is the address that a request came from. What a header says of it is
// believed of the operator's own proxies only, and of each only what the next
// one has added: the last address that is no proxy's is the client's.
func (g gate) from(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{} // which is in no network
	}
	at := peer.Addr().Unmap().WithZone("")
	if !g.ForwardedFor {
		return at
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && among(g.TrustedProxies, at); i-- {
		text := strings.TrimSpace(hops[i])
		if text == "" && len(hops) == 1 {
			return at // the proxy asks for itself
		}
		hop, err := netip.ParseAddr(text)
		if err != nil {
			port, portErr := netip.ParseAddrPort(text)
			if portErr != nil {
				return netip.Addr{}
			}
			hop = port.Addr()
		}
		at = hop.Unmap().WithZone("")
	}
	return at
}

func among(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// admits returns an *llm.Error unless anybody may ask for a path from there.
func (g gate) admits(from netip.Addr, path string) error {
	if g.AllowedIPs != nil && !among(g.AllowedIPs, from) {
		return shut("Access forbidden: IP address %s not allowed.", from)
	}
	if g.AllowedRoutes != nil && !people.Listed(g.AllowedRoutes, path) {
		return shut("Access forbidden: Route %.200s not allowed", path)
	}
	return nil
}

// public is whoever asks for a path that needs no key: somebody of whom nothing
// is known, and who may change nothing; nil when the path needs one.
func (g gate) public(path string, groups func(model string) []string) *llm.Caller {
	if !people.Listed(g.PublicRoutes, path) {
		return nil
	}
	anybody := &people.Grant{Role: people.InternalUserViewer}
	return &llm.Caller{Rights: &rights{Grant: anybody, again: func(context.Context) (*people.Grant, error) { return anybody, nil }, groups: groups}}
}

// leads returns an *llm.Error when a path is for administrators and the caller
// is none. A path is the same with /v1 before it and without.
func (g gate) leads(caller *llm.Caller, path string) error {
	if caller.Master || !people.Listed(g.AdminRoutes, path) && !people.Listed(g.AdminRoutes, bare(path)) && !people.Listed(g.AdminRoutes, "/v1"+path) {
		return nil
	}
	return shut("user not allowed to access this route. Route=%.200s is an admin only route", path)
}

func shut(format string, args ...any) error {
	return &llm.Error{Class: llm.PermissionDeniedError, Type: "auth_error", Message: fmt.Sprintf(format, args...)}
}

// hears returns an *llm.Error unless a call says what all calls must say.
func (g gate) hears(call *llm.Call, key *rights) error {
	o := call.Options
	if err := g.knows(o.EndUser, g.RequireUser); err != nil {
		return err
	}
	if g.RejectTags && (len(o.Tags) > 0 || call.Says("metadata.tags")) {
		return &llm.Error{
			Class: llm.BadRequestError, Param: "metadata.tags",
			Message: "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. Tags can only be set via API key metadata.",
		}
	}
	return (&people.Grant{EnforcedParams: g.required(key)}).Requires(call)
}

// knows returns an *llm.Error for a customer that nothing is done for, and for
// none where there must be one.
func (g gate) knows(customer string, must bool) error {
	if customer == "" && must {
		return &llm.Error{Class: llm.BadRequestError, Param: "user", Message: "'user' param not passed in. 'enforce_user_param'=True"}
	}
	if customer != "" && slices.Contains(g.BlockedUsers, customer) {
		return &llm.Error{Class: llm.BadRequestError, Param: "user", Message: fmt.Sprintf("User blocked from making LLM API calls. User=%.200s", customer)}
	}
	return nil
}

// required are the parameters that a call with a key must have by the
// configuration.
func (g gate) required(key *rights) []string {
	if key == nil || !key.Service() {
		return g.RequireParams
	}
	return slices.Concat(g.RequireParams, g.ServiceParams)
}
