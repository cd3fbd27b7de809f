package boot

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/people"
)

// door lets those in whom an identity provider vouches for.
type door struct {
	rules  *config.JWT
	verify func(ctx context.Context, token string) (*jwt.Claims, error)

	people    *people.Directory
	authority *people.Authority
	resolve   func(model string) (string, error)
	groups    func(model string) []string // access groups by the configuration
	settled   *settled
}

// newDoor lets in whom the rules believe.
func (a *App) newDoor(rules *config.JWT, client *http.Client, now func() time.Time) *door {
	if client == nil {
		client = outbound.Client()
	}
	d := &door{rules: rules, people: a.people, authority: a.authority, resolve: func(name string) (string, error) { return a.now().groups.Resolve(name) }, groups: a.accessGroups, settled: &settled{now: now}}
	get := jwt.Fetcher(client)
	if rules.UserinfoURL != "" {
		d.verify = (&jwt.Userinfo{URL: rules.UserinfoURL, Get: get, TTL: rules.UserinfoTTL, Now: now}).Verify
		return d
	}
	d.verify = (&jwt.Verifier{Issuers: issuers(rules, get, now), Audiences: rules.Audiences, Now: now}).Verify
	return d
}

// issuers are who is believed, each with its own keys: as many addresses as
// issuers belong together in their order, otherwise all belong to all.
func issuers(rules *config.JWT, get jwt.Get, now func() time.Time) []jwt.Issuer {
	keys := func(at func(context.Context) (string, error)) *jwt.Keys {
		return &jwt.Keys{Locate: at, Get: get, TTL: rules.KeyTTL, Now: now}
	}
	var published []*jwt.Keys
	for _, url := range rules.KeyURLs {
		published = append(published, keys(jwt.At(url)))
	}
	if len(rules.Issuers) == 0 {
		return []jwt.Issuer{{Keys: published}}
	}
	var all []jwt.Issuer
	for n, name := range rules.Issuers {
		i := jwt.Issuer{Name: name, Keys: published}
		switch len(published) {
		case 0:
			i.Keys = []*jwt.Keys{keys(jwt.Discover(get, name))}
		case len(rules.Issuers):
			i.Keys = published[n : n+1]
		}
		all = append(all, i)
	}
	return all
}

// caller tells who has a token, if it is one of a provider's: somebody who may do
// nothing before seat has found their place.
func (d *door) caller(ctx context.Context, token string) (*llm.Caller, bool, error) {
	if strings.HasPrefix(token, "sk-") || d.rules.UserinfoURL == "" && !jwt.Looks(token) {
		return nil, false, nil
	}
	claims, err := d.verify(ctx, token)
	if err != nil {
		return nil, true, err
	}
	i, err := jwt.Of(claims, d.rules)
	if err != nil {
		return nil, true, err
	}
	nothing := (&people.Grant{KeyHash: i.Holder}).Within([]people.Allow{{Holder: "jwt"}}, nil)
	return callerOf(&rights{Grant: nothing, groups: d.groups, guest: i}), true, nil
}
