package wire

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// hidden gives the secrets that are in a request. They are gathered only when a
// provider says something that may repeat them, which is seldom. Nil has none.
type hidden func() []string

// request makes the HTTP request of a call, complete with credentials.
func (p *Provider) request(ctx context.Context, call *llm.Call, req *Request) (*http.Request, hidden, error) {
	u, err := p.target(ctx, call, req)
	if err != nil {
		return nil, nil, err
	}
	method := req.Method
	if method == "" {
		method = http.MethodPost
	}
	send, err := req.payload()
	if err != nil {
		return nil, nil, p.broken(call, llm.InternalServerError, "the request to "+p.Name+" cannot be written", err)
	}
	body, err := send.open()
	if err != nil {
		return nil, nil, p.broken(call, llm.InternalServerError, "the file of the request cannot be read", err)
	}
	r := (&http.Request{
		Method: method, URL: u, Host: u.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: headers(call, req, send.kind), Body: body, ContentLength: send.length, GetBody: send.open,
	}).WithContext(ctx)
	if send.kind == "" {
		r.GetBody = nil
	}
	if req.URL != "" {
		return r, nil, nil
	}
	if call.Show != nil {
		call.Show(r)
		return nil, nil, p.fault(call, &llm.Error{Class: llm.BadRequestError, Message: "the request was only to be shown"})
	}
	key, err := p.key(ctx, call.To)
	if err != nil {
		return nil, nil, p.broken(call, llm.ServiceUnavailableError, "the key of "+p.Name+" cannot be read", err)
	}
	if key == "" && !p.NoKey && call.To.Base == "" {
		return nil, nil, p.fault(call, &llm.Error{Class: llm.AuthenticationError, Message: "no key for " + p.Name + ": set api_key" + or(p.KeyEnv)})
	}
	auth := p.Auth
	if auth == nil {
		auth = Bearer
	}
	if err := auth(ctx, r, req.Body, call.To, key); err != nil {
		return nil, nil, p.broken(call, llm.AuthenticationError, "the credentials of "+p.Name+" cannot be used", err)
	}
	return r, func() []string {
		return slices.Concat(added(headers(call, req, send.kind), r.Header), private(call.To.Headers), []string{key})
	}, nil
}

// target is the address of a request.
func (p *Provider) target(ctx context.Context, call *llm.Call, req *Request) (*url.URL, error) {
	address := req.URL
	if address == "" {
		base, err := p.address(ctx, call.To)
		if err != nil {
			return nil, p.broken(call, llm.ServiceUnavailableError, "the address of "+p.Name+" cannot be read", err)
		}
		if base == "" {
			return nil, p.fault(call, &llm.Error{Class: llm.BadRequestError, Message: p.Name + " needs api_base" + or(p.BaseEnv)})
		}
		call.Record.Base = shown(base)
		address = Join(base, req.Path)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, p.broken(call, llm.BadRequestError, "api_base of "+p.Name+" is not an http or https URL", bare(err))
	}
	if len(req.Query) > 0 {
		q := u.Query()
		for name, values := range req.Query {
			q[name] = values
		}
		u.RawQuery = q.Encode()
	}
	return u, nil
}

// added lists the values that an Auth put into the headers, without the word
// that says of what kind they are.
func added(before, after http.Header) []string {
	var secrets []string
	for name, values := range after {
		if !slices.Equal(before[name], values) {
			for _, v := range values {
				_, bare, _ := strings.Cut(v, " ")
				secrets = append(secrets, v, bare)
			}
		}
	}
	return secrets
}

// private lists the values of an operator's own headers that are named like
// credentials.
func private(h http.Header) []string {
	var secrets []string
	for name, values := range h {
		name = strings.ToLower(name)
		if slices.ContainsFunc(credentials[:], func(word string) bool { return strings.Contains(name, word) }) {
			secrets = append(secrets, added(nil, http.Header{name: values})...)
		}
	}
	return secrets
}

// credentials are words that such names have in them.
var credentials = [...]string{"auth", "cookie", "credential", "key", "password", "secret", "token"}

// headers come from the format, then the configuration, then the caller; the
// later win, but none can take the place of credentials, which come last.
func headers(call *llm.Call, req *Request, kind string) http.Header {
	h := make(http.Header, 8)
	h["User-Agent"] = []string{"tollgate"}
	if kind != "" {
		h["Content-Type"] = []string{kind}
	}
	if call.Stream {
		h["Accept"] = []string{"text/event-stream"}
	} else {
		h["Accept"] = []string{"application/json"}
	}
	for _, from := range []http.Header{req.Header, call.To.Headers, call.Options.ExtraHeaders} {
		for name, values := range from {
			h[name] = values
		}
	}
	return h
}

// address is the deployment's base, else the environment's, completed by
// Place, else the vendor's.
func (p *Provider) address(ctx context.Context, d *llm.Deployment) (string, error) {
	base, err := d.Base, error(nil)
	if base == "" {
		base, err = first(ctx, d.Credential, p.BaseEnv)
	}
	if p.Place != nil && err == nil {
		base, err = p.Place(ctx, d, base)
	}
	if base == "" {
		base = p.Base
	}
	return base, err
}

// key is the deployment's own, else the environment's.
func (p *Provider) key(ctx context.Context, d *llm.Deployment) (string, error) {
	if d.Credential == nil {
		return "", nil
	}
	key, err := d.Credential.Value(ctx, "api_key")
	if key != "" || err != nil {
		return key, err
	}
	return first(ctx, d.Credential, p.KeyEnv)
}

// First is the first of the names whose secret or variable is set; "" when
// none is.
func First(ctx context.Context, d *llm.Deployment, names ...string) (string, error) {
	return first(ctx, d.Credential, names)
}

func first(ctx context.Context, c llm.Credential, names []string) (string, error) {
	if c == nil {
		return "", nil
	}
	for _, name := range names {
		if v, err := c.Value(ctx, name); v != "" || err != nil {
			return v, err
		}
	}
	return "", nil
}

// Join puts a path after a base as people write bases: with a trailing slash,
// with the whole path already, or with a /v1 that the path repeats.
func Join(base, path string) string {
	base, query, hasQuery := strings.Cut(strings.TrimRight(base, "/"), "?")
	base = strings.TrimRight(base, "/")
	for strings.HasSuffix(base, "/v1/v1") {
		base = strings.TrimSuffix(base, "/v1")
	}
	switch {
	case strings.HasSuffix(base, path):
	case strings.HasPrefix(path, "/v1/") && strings.HasSuffix(base, "/v1"):
		base += strings.TrimPrefix(path, "/v1")
	default:
		base += path
	}
	if hasQuery {
		base += "?" + query
	}
	return base
}

// shown is a base without the secrets that may be in it.
func shown(base string) string {
	if !strings.ContainsAny(base, "@?#") {
		return base
	}
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

func or(env []string) string {
	if len(env) == 0 {
		return ""
	}
	return " or " + env[0]
}
