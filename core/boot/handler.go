package boot

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/api/admin"
	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/api/docs"
	"github.com/tollgate-llm/tollgate/core/api/meta"
	"github.com/tollgate-llm/tollgate/core/api/pass"
	"github.com/tollgate-llm/tollgate/core/api/responses"
	"github.com/tollgate-llm/tollgate/core/api/utils"
	"github.com/tollgate-llm/tollgate/core/auth"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/core/web"
)

// handler answers a route's requests once it is known who sent them.
type handler func(w *web.Writer, r *http.Request, caller *llm.Caller) error

// Handler answers the routes of a family.
func (a *App) Handler(f Family) (http.Handler, error) {
	endpoints := map[string]endpoint{}
	for _, part := range f.parts {
		maps.Copy(endpoints, part(a))
	}
	mux := http.NewServeMux()
	for _, route := range routes.All() {
		if f.function != "" && route.Function != f.function || route.Path == routes.Rest {
			continue
		}
		if route.Path == "/docs" || strings.HasPrefix(route.Path, "/docs/") {
			if a.docs != nil {
				mux.Handle(route.Pattern(), a.docs)
			}
			continue
		}
		h, ok := endpoints[route.Method+" "+bare(route.Path)]
		if !ok {
			h, ok = endpoints[bare(route.Path)]
		}
		if !ok {
			return nil, fmt.Errorf("route %s %s has no handler", route.Method, route.Path)
		}
		pattern := route.Pattern()
		mux.Handle(pattern, a.guard(pattern, route.Access, h))
	}
	for _, path := range above() {
		mux.Handle(path, a.edge.NotFound(func(r *http.Request) []string { return methods(mux, r) }))
	}
	mux.Handle("/", a.edge.NotFound(func(r *http.Request) []string { return methods(mux, r) }))
	return a.through(mux), nil
}

// above are the paths that net/http would lead to what is below them, if they
// are no routes themselves, nor below another route of that kind.
func above() []string {
	all := map[string]bool{}
	for _, route := range routes.All() {
		if parent, _, ok := strings.Cut(route.Path, "/{"); ok && parent != "" && strings.HasSuffix(route.Path, "...}") {
			all[parent] = true
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(path string) bool {
		for up := path; up != ""; {
			if up = up[:strings.LastIndexByte(up, '/')]; all[up] {
				return true
			}
		}
		return false
	})
}

// endpoint is what answers a path, and whose words it speaks when it fails.
type endpoint struct {
	handle  handler
	words   llm.Format
	metered bool // it asks a provider, through the meter or not at all
	passes  bool // it is the configuration's own, and asks elsewhere
}

// about are the endpoints that say what there is: models, prices, health.
func (a *App) about() map[string]endpoint {
	m := &meta.Models{List: a.Models, Owner: a.Owner, Created: a.started.Unix()}
	h := &meta.Health{Deployments: a.deployments, Try: a.try, Faults: a.faults}
	info := &utils.Info{Deployments: a.deployments, Facts: func(d *llm.Deployment) utils.Facts { return a.now().prices.facts(d) }, Stored: func(id string) bool { return a.now().stored[id] }}
	public := &utils.Public{Names: a.providers.Names, Models: func() (map[string]utils.Facts, error) { return a.now().prices.all() }}
	shown := &calls.Shown{Calls: a.calls(), Find: a.count.Find, Try: a.try}
	return map[string]endpoint{
		"/messages/count_tokens":         {handle: a.count.Messages, words: llm.Messages},
		"/utils/token_counter":           {handle: a.count.TokenCounter},
		"/utils/transform_request":       {handle: shown.Transform, words: llm.OpenAI},
		"/utils/supported_openai_params": {handle: shown.Supported, words: llm.OpenAI},
		"/public/providers":              {handle: public.Providers},
		"/public/model_cost_map":         {handle: public.CostMap},
		"/public/litellm_model_cost_map": {handle: public.CostMap},
		"/openapi.json":                  {handle: (&docs.Handler{Version: Version}).OpenAPI},
		"/model/info":                    {handle: info.Models},
		"/model_group/info":              {handle: info.Groups},

		"/models":            {handle: m.All},
		"/models/{id...}":    {handle: m.One},
		"/health":            {handle: h.Check},
		"/health/liveliness": {handle: h.Alive},
		"/health/liveness":   {handle: h.Alive},
		"/health/readiness":  {handle: h.Ready},
	}
}

// administration are the endpoints about keys, people and what was spent.
func (a *App) administration() map[string]endpoint {
	all := map[string]endpoint{}
	h := &admin.Handler{People: a.people, Actor: actor, Spent: a.spent, SpentBy: a.spentBy, Reset: a.reset, Fits: a.fits}
	for route, handle := range h.Routes() {
		method, path, _ := strings.Cut(route, " ")
		all[method+" "+bare(path)] = endpoint{handle: atOnce(handle)}
	}
	for route, handle := range a.spending() {
		all[route] = endpoint{handle: handle}
	}
	return all
}

// vendors are the endpoints that are a vendor's own.
func (a *App) vendors() map[string]endpoint {
	all := map[string]endpoint{}
	through := &pass.Handler{Find: a.passer, Hold: a.passing}
	for _, route := range routes.All() {
		if strings.HasSuffix(route.Path, routes.Rest) && route.Path != routes.Rest {
			all[route.Path] = endpoint{handle: through.Handle}
		}
	}
	return all
}

// kept are the endpoints about responses that were kept.
func (a *App) kept() map[string]endpoint {
	h := &responses.Handler{Store: a.responses, Forget: a.forget}
	return map[string]endpoint{
		"/responses/{id}":             {handle: h.Retrieve, words: llm.Responses},
		"DELETE /responses/{id}":      {handle: h.Delete, words: llm.Responses},
		"/responses/{id}/cancel":      {handle: h.Cancel, words: llm.Responses},
		"/responses/{id}/input_items": {handle: h.InputItems, words: llm.Responses},
	}
}

// forgetter is a provider that may keep responses.
type forgetter interface {
	ForgetResponse(ctx context.Context, d *llm.Deployment, id string, rec *llm.Record) error
}

// forget has the provider of a response delete it. One whose deployment is gone
// can be asked by nobody.
func (a *App) forget(ctx context.Context, deployment, id string, rec *llm.Record) error {
	for _, d := range a.now().groups.All() {
		if d.ID != deployment {
			continue
		}
		p, ok := a.providers.Lookup(d.Provider)
		keeps, can := p.(forgetter)
		if !ok || !can || !p.Speaks(llm.Chat, llm.Responses) {
			return nil
		}
		return keeps.ForgetResponse(ctx, d, id, rec)
	}
	return nil
}

// models are the endpoints that ask for a model.
func (a *App) models() map[string]endpoint {
	c := a.calls()
	all := map[string]endpoint{
		"/v1beta/models/{id...}":             {handle: c.Gemini, words: llm.Gemini},
		"POST /models/{id...}":               {handle: c.Gemini, words: llm.Gemini},
		"/adapters/{adapter_id}/completions": {handle: c.Adapted, words: llm.OpenAI},
	}
	shapes := calls.Shapes()
	for kind, paths := range map[string][]string{
		"completion":         azure("/chat/completions", "/engines/{model}/chat/completions"),
		"text_completion":    azure("/completions", "/engines/{model}/completions"),
		"responses":          {"/responses"},
		"anthropic_messages": {"/messages"},
		"embedding":          azure("/embeddings", "/engines/{model}/embeddings"),
		"moderation":         {"/moderations"},
		"rerank":             {"/rerank", "/v2/rerank"},
		"image_generation":   azure("/images/generations"),
		"speech":             azure("/audio/speech"),
	} {
		for _, path := range paths {
			all[path] = endpoint{handle: c.JSON(shapes[kind]), words: shapes[kind].Format}
		}
	}
	for _, p := range []struct {
		shape calls.Shape
		paths []string
	}{
		{calls.Shape{Op: llm.ImageEdits, Format: llm.OpenAI, Needs: []string{"prompt"}, File: "image"}, azure("/images/edits")},
		{calls.Shape{Op: llm.ImageVariations, Format: llm.OpenAI, File: "image"}, []string{"/images/variations"}},
		{calls.Shape{Op: llm.Transcriptions, Format: llm.OpenAI, File: "file"}, azure("/audio/transcriptions")},
		{calls.Shape{Op: llm.Translations, Format: llm.OpenAI, File: "file"}, azure("/audio/translations")},
	} {
		for _, path := range p.paths {
			all[path] = endpoint{handle: c.Form(p.shape), words: p.shape.Format}
		}
	}
	for path, e := range all {
		e.metered = true
		all[path] = e
	}
	return all
}

// azure is a path with Azure's, which has the model in it.
func azure(path string, more ...string) []string {
	return append(more, path, "/openai/deployments/{model}"+path)
}

// bare is a path without /v1.
func bare(path string) string {
	if rest, ok := strings.CutPrefix(path, "/v1/"); ok {
		return "/" + rest
	}
	return path
}

// guard lets a handler see only callers that the route is for. Probes are not
// logged.
func (a *App) guard(pattern string, access routes.Access, e endpoint) http.Handler {
	needs, log := auth.Key, pattern
	switch access {
	case routes.Open:
		needs, log = auth.Open, ""
	case routes.Master:
		needs = auth.Master
	}
	return a.edge.Handle(log, func(w *web.Writer, r *http.Request) error {
		w.Speak(e.words)
		from := a.gate.from(r)
		if access != routes.Open || e.passes {
			if err := a.gate.admits(from, r.URL.Path); err != nil {
				return err
			}
		}
		known := a.look(r.Context())
		access, caller, err := access, a.gate.public(r.URL.Path, a.accessGroups), error(nil)
		if caller != nil {
			access = routes.Open
		} else {
			caller, err = a.auth.Caller(r.Context(), r.Header, needs)
		}
		known()
		if err != nil {
			return err
		}
		if caller, err = a.seat(r, caller); err != nil {
			return err
		}
		rec := web.Record(r.Context())
		rec.KeyHash, rec.User, rec.Team, rec.IP = caller.KeyHash, caller.User, caller.Team, written(from)
		if a.gate.KeyHeader != "" {
			r.Header.Del(a.gate.KeyHeader) // it is nobody else's
		}
		if !e.metered {
			if caller, err = fresh(r.Context(), caller); err != nil {
				return err
			}
		}
		if err := held(caller, access, r, from); err != nil {
			return err
		}
		if err := a.gate.leads(caller, r.URL.Path); err != nil {
			return err
		}
		return e.handle(w, r, caller)
	})
}

// methods finds those that the path of a request would have answered to.
func methods(mux *http.ServeMux, r *http.Request) []string {
	var found []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		try := *r
		try.Method = m
		if _, pattern := mux.Handler(&try); strings.ContainsAny(pattern, " {") {
			found = append(found, m)
		}
	}
	return found
}

// written is an address as it is written down; "" when it is not known.
func written(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
