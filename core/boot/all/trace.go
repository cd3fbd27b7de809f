package all

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// traced prints each request as a curl command before it is sent.
type traced struct {
	next http.RoundTripper
	to   io.Writer
}

// RoundTrip implements http.RoundTripper.
func (t traced) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.GetBody != nil {
		b, err := r.GetBody()
		if err == nil {
			body, _ = io.ReadAll(b) // an empty trace is better than a failed call
		}
	}
	if _, err := io.WriteString(t.to, curl(r, body)); err != nil {
		return nil, fmt.Errorf("print the request: %w", err)
	}
	return t.next.RoundTrip(r)
}

// curl writes a request as a command that a shell understands, without the
// secrets in it.
func curl(r *http.Request, body []byte) string {
	var b strings.Builder
	b.WriteString("POST Request Sent from Tollgate:\ncurl -X " + r.Method + " \\\n" + quote(public(r.URL)) + " \\\n")
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		b.WriteString("-H " + quote(strings.ToLower(name)+": "+shown(name, r.Header.Get(name))) + " ")
	}
	b.WriteString("\\\n-d " + quote(string(bytes.TrimSpace(body))) + "\n\n")
	return b.String()
}

// public is an address without the password and the query's values, but for
// those that hold no secret: signatures and keys are there.
func public(u *url.URL) string {
	shown := *u
	query := shown.Query()
	for name, values := range query {
		if name != "alt" && name != "api-version" && name != "beta" {
			query[name] = slices.Repeat([]string{"****"}, len(values))
		}
	}
	shown.RawQuery = query.Encode()
	return shown.Redacted()
}

// shown masks a header's value unless it is one of those that hold no secret.
func shown(name, v string) string {
	switch name {
	case "Accept", "Anthropic-Beta", "Anthropic-Version", "Content-Type", "Openai-Organization", "Openai-Project", "User-Agent":
		return v
	}
	scheme, key, ok := strings.Cut(v, " ")
	if !ok {
		scheme, key = "", v
	} else {
		scheme += " "
	}
	if len(key) > 16 {
		return scheme + key[:4] + strings.Repeat("*", 12)
	}
	return scheme + strings.Repeat("*", 12)
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
