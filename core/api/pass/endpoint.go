package pass

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Endpoint is a path of the operator's own, at which another API is asked:
// LiteLLM's pass_through_endpoints.
type Endpoint struct {
	Path     string   // without a slash at the end
	Target   string   // where its requests go: an http or https URL
	Methods  []string // in capitals
	Subpaths bool     // what is below Path is asked below Target
	Forward  bool     // the caller's own headers go to the target, but for credentials
	Query    map[string]string
	Cost     *int64 // pico-dollars that a request costs; nil: nobody said
	// Header gives what is sent to the target with each request, secrets included.
	Header func(ctx context.Context) (http.Header, error)
	To     Passer
	Vendor string // what the record calls the other API
	Hold   Hold
}

// Match reports whether a request is for the endpoint, and with what after its
// path. Nothing that leads up is: the target's other paths are not the caller's.
func (e *Endpoint) Match(r *http.Request) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(r.URL.EscapedPath(), e.Path)
	if !ok || !slices.Contains(e.Methods, r.Method) || slices.Contains(strings.Split(r.URL.Path, "/"), "..") {
		return "", false
	}
	below := strings.Trim(rest, "/") != ""
	return rest, !below || e.Subpaths && rest[0] == '/'
}

// Handle answers one request.
func (e *Endpoint) Handle(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	rest, _ := e.Match(r)
	header, err := e.Header(r.Context())
	if err != nil {
		return &llm.Error{Class: llm.ServiceUnavailableError, Message: "the headers of " + e.Path + " cannot be read", Err: err}
	}
	rec := web.Record(r.Context())
	rec.Provider, rec.Deployment = e.Vendor, e.Path
	if e.Cost != nil {
		rec.Priced, rec.Cost = true, *e.Cost
	}
	to := &llm.Deployment{ID: e.Path, Provider: e.Vendor, Base: e.at(rest), Headers: header}
	return e.Hold.ask(w, r, caller, to, e.Cost, func() (*http.Response, error) { return e.To.Pass(r.Context(), to, e.request(r), "", rec) })
}

// at is the target with what came after the path, before its query.
func (e *Endpoint) at(rest string) string {
	if strings.Trim(rest, "/") == "" {
		return e.Target
	}
	base, query, has := strings.Cut(e.Target, "?")
	base = strings.TrimRight(base, "/") + rest
	if has {
		base += "?" + query
	}
	return base
}

// request is the caller's, with the headers and the query that the target gets.
func (e *Endpoint) request(r *http.Request) *http.Request {
	to := *r
	if !e.Forward {
		to.Header = http.Header{}
		for _, name := range []string{"Accept", "Content-Type"} {
			if v := r.Header.Values(name); len(v) > 0 {
				to.Header[name] = v
			}
		}
	}
	if len(e.Query) > 0 {
		query := url.Values{}
		for name, v := range e.Query {
			query.Set(name, v)
		}
		for name, v := range r.URL.Query() {
			query[name] = v
		}
		u := *r.URL
		u.RawQuery = query.Encode()
		to.URL = &u
	}
	return &to
}
