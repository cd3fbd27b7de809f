// Package jwttest is an identity provider for tests: it publishes keys and signs
// whatever it is asked to.
package jwttest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// Provider is an identity provider. Its keys are "rsa", "ec" and "ed", and after
// Rotate other ones.
type Provider struct {
	URL   string
	Asked atomic.Int64 // how often its keys were asked for

	t    testing.TB
	mu   sync.Mutex
	keys map[string]crypto.Signer
	jwks func() []byte     // nil: those of keys
	info map[string]string // what it says of tokens
}

// Start starts a provider that ends with the test.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{t: t, keys: map[string]crypto.Signer{}, info: map[string]string{}}
	p.Rotate("rsa", "ec", "ed")
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.URL = server.URL
	mux.HandleFunc("GET /jwks", func(w http.ResponseWriter, _ *http.Request) {
		p.Asked.Add(1)
		p.mu.Lock()
		answer := p.jwks
		p.mu.Unlock()
		if answer == nil {
			answer = p.JWKS
		}
		b := answer()
		if b == nil {
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = w.Write(b) // who hangs up sees that it did
	})
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, p.URL, p.URL+"/jwks")
	})
	mux.HandleFunc("GET /me", p.me)
	return p
}

func (p *Provider) me(w http.ResponseWriter, r *http.Request) {
	p.Asked.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	claims, ok := p.info[r.Header.Get("Authorization")]
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = w.Write([]byte(claims)) // who hangs up sees that it did
}

// Knows makes the UserInfo endpoint answer for a token.
func (p *Provider) Knows(token, claims string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.info["Bearer "+token] = claims
}

// Publish makes the provider answer otherwise when it is asked for keys: nil is
// that it fails, and no answer at all its own keys again.
func (p *Provider) Publish(answer func() []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.jwks = answer
}

// large is a key of RSA's, which takes long to make: all providers have the same.
var large = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Rotate replaces the keys of P-256 and Ed25519 by new ones, and gives all keys
// these names.
func (p *Provider) Rotate(rsaName, ecName, edName string) {
	p.t.Helper()
	r, err1 := large()
	e, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, d, err3 := ed25519.GenerateKey(rand.Reader)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			p.t.Fatal(err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = map[string]crypto.Signer{rsaName: r, ecName: e, edName: d}
}

// Key is one of the provider's private keys.
func (p *Provider) Key(name string) crypto.Signer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys[name]
}

// JWKS are the provider's public keys.
func (p *Provider) JWKS() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	var set jose.JSONWebKeySet
	for name, key := range p.keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: name, Use: "sig"})
	}
	b, err := json.Marshal(set)
	if err != nil {
		p.t.Error(err)
	}
	return b
}

// Sign signs claims with one of the keys, which the header names.
func (p *Provider) Sign(key string, alg jose.SignatureAlgorithm, claims string) string {
	p.t.Helper()
	return p.SignWith(p.Key(key), alg, claims, map[string]any{"kid": key, "typ": "JWT"})
}

// SignWith signs claims with any key, under any header.
func (p *Provider) SignWith(key any, alg jose.SignatureAlgorithm, claims string, header map[string]any) string {
	p.t.Helper()
	o := &jose.SignerOptions{}
	for name, v := range header {
		o.WithHeader(jose.HeaderKey(name), v)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, o)
	if err != nil {
		p.t.Fatal(err)
	}
	signed, err := signer.Sign([]byte(claims))
	if err != nil {
		p.t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}
