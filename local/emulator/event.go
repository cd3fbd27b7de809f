package emulator

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// functionURLHost is in Function URL events where AWS puts the URL's own host.
const functionURLHost = "local.lambda-url.us-east-1.on.aws"

// request is what an event is made of.
type request struct {
	*http.Request
	route      *route
	parameters map[string]string
	path       string // escaped, without the stage
	stage      string
	body       []byte
	id         string
	now        time.Time
}

// event encodes a request as the source would.
func (r *request) event(s Source) ([]byte, error) {
	var e map[string]any
	if s == RESTAPI {
		e = r.rest()
	} else {
		e = r.version2(s)
	}
	if len(r.body) > 0 {
		e["body"] = string(r.body)
		e["isBase64Encoded"] = false
		if isBinary(s, r.Header.Get("Content-Type")) {
			e["body"] = base64.StdEncoding.EncodeToString(r.body)
			e["isBase64Encoded"] = true
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // API Gateway does not, and the event's size counts
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// rest is a REST API's event: the path as sent, the query decoded.
func (r *request) rest() map[string]any {
	header := r.forwarded()
	return map[string]any{
		"resource":                        r.route.resource,
		"path":                            r.path,
		"httpMethod":                      r.Method,
		"headers":                         last(header),
		"multiValueHeaders":               header,
		"queryStringParameters":           last(r.URL.Query()),
		"multiValueQueryStringParameters": orNull(r.URL.Query()),
		"pathParameters":                  orNull(r.parameters),
		"stageVariables":                  nil,
		"body":                            nil,
		"isBase64Encoded":                 false,
		"requestContext": map[string]any{
			"accountId": account, "apiId": "local", "stage": r.stage, "requestId": r.id,
			"domainName": hostname(r.Host), "domainPrefix": "local", "protocol": r.Proto,
			"resourcePath": r.route.resource, "path": "/" + r.stage + r.path, "httpMethod": r.Method,
			"requestTime": r.now.Format("02/Jan/2006:15:04:05 -0700"), "requestTimeEpoch": r.now.UnixMilli(),
			"identity": map[string]any{"sourceIp": hostname(r.RemoteAddr), "userAgent": r.UserAgent()},
		},
	}
}

// version2 is an event of payload format 2.0. HTTP APIs decode the path and
// keep the stage in it; Function URLs have no stage and keep the path as sent.
func (r *request) version2(s Source) map[string]any {
	path, stage, domain, key := r.path, "$default", functionURLHost, "$default"
	if s == HTTPAPI {
		if decoded, err := url.PathUnescape(path); err == nil {
			path = decoded
		}
		path, stage, domain, key = "/"+r.stage+path, r.stage, hostname(r.Host), r.Method+" "+r.route.resource
	}
	header := map[string]string{}
	for name, values := range r.forwarded() {
		header[strings.ToLower(name)] = strings.Join(values, ",")
	}
	e := map[string]any{
		"version": "2.0", "routeKey": key, "rawPath": path, "rawQueryString": r.URL.RawQuery,
		"headers": header, "isBase64Encoded": false,
		"requestContext": map[string]any{
			"accountId": account, "apiId": "local", "stage": stage, "requestId": r.id, "routeKey": key,
			"domainName": domain, "domainPrefix": "local",
			"time": r.now.Format("02/Jan/2006:15:04:05 -0700"), "timeEpoch": r.now.UnixMilli(),
			"http": map[string]any{
				"method": r.Method, "path": path, "protocol": r.Proto,
				"sourceIp": hostname(r.RemoteAddr), "userAgent": r.UserAgent(),
			},
		},
	}
	if cookies := header["cookie"]; cookies != "" {
		delete(header, "cookie")
		e["cookies"] = strings.Split(cookies, "; ")
	}
	if s == HTTPAPI && r.parameters != nil {
		e["pathParameters"] = r.parameters
	}
	return e
}

// forwarded is the request's header as it looks behind a gateway.
func (r *request) forwarded() http.Header {
	h := r.Header.Clone()
	for _, name := range []string{"Connection", "Te", "Transfer-Encoding", "Upgrade"} {
		h.Del(name)
	}
	_, port, _ := net.SplitHostPort(r.Host)
	h.Set("Host", r.Host)
	h.Set("X-Forwarded-For", strings.Join(append(h.Values("X-Forwarded-For"), hostname(r.RemoteAddr)), ", "))
	h.Set("X-Forwarded-Port", port)
	h.Set("X-Forwarded-Proto", "http")
	h.Set("X-Amzn-Trace-Id", "Root=1-"+r.id[:8]+"-"+strings.ReplaceAll(r.id[9:], "-", "")[:24])
	return h
}

// account stands in events and ARNs for the owner's.
const account = "123456789012"

// last keeps the last value of each name, nil if there is none.
func last[M ~map[string][]string](m M) any {
	out := make(map[string]string, len(m))
	for name, values := range m {
		out[name] = values[len(values)-1]
	}
	return orNull(out)
}

// orNull is m, or nil, which is null in JSON, if m is empty.
func orNull[M ~map[string]V, V any](m M) any {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}

func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

// newID makes a request id: 128 random bits, written as a UUID.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
