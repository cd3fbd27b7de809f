package boot

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/api/pass"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/core/secret"
)

// elsewhere is the name by which Providers knows who asks addresses that belong
// to no vendor, and a record what was asked there.
const elsewhere = "pass_through_endpoints"

// passage is an endpoint of the configuration's, behind its guard.
type passage struct {
	*pass.Endpoint
	http.Handler
}

// through lets the configuration's own endpoints answer before the gateway's:
// what the operator wrote counts.
func (a *App) through(otherwise http.Handler) http.Handler {
	p, _ := a.providers.Lookup(elsewhere)
	to, ok := p.(pass.Passer)
	if !ok || len(a.passages) == 0 {
		return otherwise
	}
	var all []passage
	for _, c := range a.passages {
		e := &pass.Endpoint{
			Path: c.Path, Target: c.Target, Methods: c.All(), Subpaths: c.Subpaths, Forward: c.Forward, Query: c.Query, Cost: c.Cost,
			Header: a.passHeader(c.Headers), To: to, Vendor: elsewhere, Hold: a.passing,
		}
		access := routes.Master
		if c.Open {
			access = routes.Open
		}
		all = append(all, passage{e, a.guard(c.Path, access, endpoint{handle: e.Handle, passes: true})})
	}
	slices.SortStableFunc(all, func(x, y passage) int { return cmp.Compare(len(y.Path), len(x.Path)) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, e := range all {
			if _, ok := e.Match(r); ok {
				e.ServeHTTP(w, r)
				return
			}
		}
		otherwise.ServeHTTP(w, r)
	})
}

// The two names that stand for one header, as LiteLLM has them: Langfuse wants
// both keys as one.
const langfusePublic, langfuseSecret = "LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"

// passHeader resolves the secrets of an endpoint's headers for each request.
func (a *App) passHeader(written map[string]string) func(ctx context.Context) (http.Header, error) {
	return func(ctx context.Context) (http.Header, error) {
		h := http.Header{}
		for name, v := range written {
			resolved, err := a.secrets.Expand(ctx, v)
			if err != nil {
				return nil, err
			}
			h.Set(name, resolved)
		}
		if public, private := h.Get(langfusePublic), h.Get(langfuseSecret); public != "" && private != "" {
			h.Del(langfusePublic)
			h.Del(langfuseSecret)
			h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(public+":"+private)))
		}
		return h, nil
	}
}

// passer finds a vendor whose own API is let through, at its first deployment,
// or where the environment says.
func (a *App) passer(vendor string) (pass.Passer, *llm.Deployment, bool) {
	p, ok := a.providers.Lookup(vendor)
	if !ok {
		return nil, nil, false
	}
	through, ok := p.(pass.Passer)
	if !ok {
		return nil, nil, false
	}
	for _, d := range a.now().groups.All() {
		if d.Provider == vendor {
			return through, d, true
		}
	}
	return through, &llm.Deployment{Provider: vendor, Credential: secret.Credential{Source: a.secrets}}, true
}
