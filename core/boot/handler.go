package boot

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/api/chat"
	"github.com/tollgate-llm/tollgate/core/api/meta"
	"github.com/tollgate-llm/tollgate/core/auth"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/core/web"
)

// handler answers a route's requests once it is known who sent them.
type handler func(w *web.Writer, r *http.Request, caller *llm.Caller) error

// Handler answers the routes of one function, or all routes for "".
func (a *App) Handler(function string) (http.Handler, error) {
	handlers := a.handlers()
	mux := http.NewServeMux()
	for _, route := range routes.All() {
		if function != "" && route.Function != function {
			continue
		}
		h, ok := handlers[strings.TrimPrefix(route.Path, "/v1")]
		if !ok {
			return nil, fmt.Errorf("route %s %s has no handler", route.Method, route.Path)
		}
		pattern := route.Method + " " + route.Path
		mux.Handle(pattern, a.guard(pattern, route.Access, h))
	}
	mux.Handle("/", a.edge.NotFound(func(r *http.Request) []string { return methods(mux, r) }))
	return mux, nil
}

// handlers are the routes' handlers by path, without /v1 in front.
func (a *App) handlers() map[string]handler {
	c := (&chat.Handler{Serve: a.gateway.Serve, ClientCredentials: a.foreign}).Handle
	m := &meta.Models{List: a.groups.Names, Owner: a.groups.Owner, Created: a.started.Unix()}
	h := &meta.Health{Deployments: a.groups.Deployments(), Try: a.try}
	return map[string]handler{
		"/chat/completions":                            c,
		"/engines/{model}/chat/completions":            c,
		"/openai/deployments/{model}/chat/completions": c,
		"/models":            m.All,
		"/models/{id...}":    m.One,
		"/health":            h.Check,
		"/health/liveliness": h.Alive,
		"/health/liveness":   h.Alive,
		"/health/readiness":  h.Ready,
	}
}

// guard lets a handler see only callers that the route is for. Probes are not
// logged.
func (a *App) guard(pattern string, access routes.Access, h handler) http.Handler {
	needs, log := auth.Key, pattern
	switch access {
	case routes.Open:
		needs, log = auth.Open, ""
	case routes.Master:
		needs = auth.Master
	}
	return a.edge.Handle(log, func(w *web.Writer, r *http.Request) error {
		caller, err := a.auth.Caller(r.Context(), r.Header, needs)
		if err != nil {
			return err
		}
		web.Record(r.Context()).KeyHash = caller.KeyHash
		return h(w, r, caller)
	})
}

// methods finds those that the path of a request would have answered to.
func methods(mux *http.ServeMux, r *http.Request) []string {
	var found []string
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		try := *r
		try.Method = m
		if _, pattern := mux.Handler(&try); pattern != "/" {
			found = append(found, m)
		}
	}
	return found
}
