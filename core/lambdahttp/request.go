package lambdahttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// requestIDHeader carries the gateway's request id to the handler. It replaces
// what a client may have sent under this name: logs must be able to trust it.
const requestIDHeader = "X-Amzn-Requestid"

// request makes the http.Request that net/http's server would have made of the
// client's own. X-Forwarded-* stay as API Gateway set them.
func (e *event) request(ctx context.Context) (*http.Request, error) {
	method, path, query, source := e.HTTPMethod, e.restPath(), e.restQuery(), e.Context.Identity.SourceIP
	if e.kind != restAPI {
		method, path, query, source = e.Context.HTTP.Method, e.rawPath(), e.RawQueryString, e.Context.HTTP.SourceIP
	}
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("path: got %q, want one that begins with a slash", path)
	}
	u, err := url.ParseRequestURI(escape(path))
	if err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	u.RawQuery = query
	body := e.body
	if e.IsBase64Encoded {
		if body, err = base64.StdEncoding.AppendDecode(nil, e.body); err != nil {
			return nil, fmt.Errorf("base64 body: %w", err)
		}
	}
	r := (&http.Request{
		Method:        method,
		URL:           u,
		RequestURI:    u.RequestURI(),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        e.header(),
		Body:          http.NoBody,
		ContentLength: int64(len(body)),
		Host:          e.Context.DomainName,
		RemoteAddr:    net.JoinHostPort(source, "0"), // the port is not told
	}).WithContext(ctx)
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	// What net/http's server takes out of the header too.
	r.Header.Del("Host")
	r.Header.Del("Transfer-Encoding")
	r.Header.Del(requestIDHeader)
	if e.Context.RequestID != "" {
		r.Header.Set(requestIDHeader, e.Context.RequestID)
	}
	return r, nil
}

func (e *event) header() http.Header {
	h := make(http.Header, len(e.Headers)+2)
	for name, value := range e.Headers {
		h.Set(name, value)
	}
	for name, values := range e.MultiValueHeaders {
		h[textproto.CanonicalMIMEHeaderKey(name)] = values
	}
	if len(e.Cookies) > 0 {
		h.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	return h
}

// restQuery encodes the parameters again: REST API events have them decoded.
func (e *event) restQuery() string {
	query := url.Values(e.MultiQuery)
	if query == nil {
		query = make(url.Values, len(e.Query))
		for name, value := range e.Query {
			query.Set(name, value)
		}
	}
	return query.Encode()
}
