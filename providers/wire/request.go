package wire

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// request makes the HTTP request of a call, complete with credentials.
func (p *Provider) request(ctx context.Context, call *llm.Call, req *Request) (*http.Request, string, error) {
	base, err := p.address(ctx, call.To)
	if err != nil {
		return nil, "", p.broken(call, llm.ServiceUnavailableError, "the address of "+p.Name+" cannot be read", err)
	}
	if base == "" {
		return nil, "", p.fault(call, &llm.Error{Class: llm.BadRequestError, Message: p.Name + " needs api_base" + or(p.BaseEnv)})
	}
	u, err := url.Parse(Join(base, req.Path))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, "", p.broken(call, llm.BadRequestError, "api_base of "+p.Name+" is not an http or https URL", bare(err))
	}
	if len(req.Query) > 0 {
		q := u.Query()
		for name, values := range req.Query {
			q[name] = values
		}
		u.RawQuery = q.Encode()
	}
	call.Record.Base = shown(base)

	key, err := p.key(ctx, call.To)
	if err != nil {
		return nil, "", p.broken(call, llm.ServiceUnavailableError, "the key of "+p.Name+" cannot be read", err)
	}
	if key == "" && !p.NoKey && call.To.Base == "" {
		return nil, "", p.fault(call, &llm.Error{Class: llm.AuthenticationError, Message: "no key for " + p.Name + ": set api_key" + or(p.KeyEnv)})
	}

	r := (&http.Request{
		Method: http.MethodPost, URL: u, Host: u.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: headers(call, req), Body: io.NopCloser(bytes.NewReader(req.Body)), ContentLength: int64(len(req.Body)),
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(req.Body)), nil },
	}).WithContext(ctx)
	auth := p.Auth
	if auth == nil {
		auth = Bearer
	}
	if err := auth(ctx, r, req.Body, call.To, key); err != nil {
		return nil, key, p.broken(call, llm.AuthenticationError, "the credentials of "+p.Name+" cannot be used", err)
	}
	return r, key, nil
}

// headers come from the format, then the configuration, then the caller; the
// later win, but none can take the place of credentials, which come last.
func headers(call *llm.Call, req *Request) http.Header {
	h := make(http.Header, 8)
	h["Content-Type"] = []string{"application/json"}
	h["User-Agent"] = []string{"tollgate"}
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

// address is the deployment's base, else the environment's, else the vendor's.
func (p *Provider) address(ctx context.Context, d *llm.Deployment) (string, error) {
	if d.Base != "" {
		return d.Base, nil
	}
	base, err := first(ctx, d.Credential, p.BaseEnv)
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
