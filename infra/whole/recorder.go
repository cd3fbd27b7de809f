package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"sync"

	"github.com/tollgate-llm/tollgate/infra/policy"
)

// recorder stands before the services and writes down who asks what of them.
type recorder struct {
	names    names
	dynamodb *url.URL
	others   *url.URL

	mu   sync.Mutex
	seen map[policy.Call]bool
	to   io.Writer
}

// keyOf is the access key that a function signs with, by which it is known.
func keyOf(function string) string { return "WHOLE" + function }

// signer is who signed a request for which service.
var signer = regexp.MustCompile(`Credential=WHOLE(\w+)/\d+/[\w-]+/(\w+)/aws4_request`)

// handler passes requests on. One that nobody signed is refused.
func (c *recorder) handler() http.Handler {
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		to := c.others
		if m := signer.FindStringSubmatch(r.In.Header.Get("Authorization")); m[2] == "dynamodb" {
			to = c.dynamodb
		}
		r.SetURL(to)
		r.Out.Host = r.In.Host // it is signed
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := signer.FindStringSubmatch(r.Header.Get("Authorization"))
		if m == nil {
			http.Error(w, "no function signed this", http.StatusForbidden)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		for _, call := range c.names.asked(m[1], m[2], r, body) {
			if err := c.record(call); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		proxy.ServeHTTP(w, r)
	})
}

// record writes down a call that was not seen before, as a line of JSON.
func (c *recorder) record(call policy.Call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[call] {
		return nil
	}
	c.seen[call] = true
	if err := json.NewEncoder(c.to).Encode(call); err != nil {
		return fmt.Errorf("write the record: %w", err)
	}
	return nil
}
