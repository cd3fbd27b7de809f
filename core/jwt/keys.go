package jwt

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tollgate-llm/tollgate/core/raw"
)

const (
	// pause is the least time between two readings of the same keys: a token with
	// a made-up kid costs the provider no more than that.
	pause = 5 * time.Second
	// patience is how long a reading may take.
	patience = 5 * time.Second
	// maxKeys is how many keys of a set are looked at.
	maxKeys = 100
	// A shorter key of RSA's can be broken, a longer one costs too much to use.
	leastModulus, mostModulus = 2048, 8192
)

// Keys are the public keys that an issuer publishes, as a JWKS (RFC 7517). They
// are read when they are needed first, when they are older than TTL, and when a
// token names one that is not among them. While they cannot be read, those that
// are known are good for another TTL. It is safe for concurrent use.
type Keys struct {
	Locate func(ctx context.Context) (url string, err error) // where they are
	Get    Get
	TTL    time.Duration
	Now    func() time.Time

	mu    sync.Mutex
	known []jose.JSONWebKey
	read  time.Time     // when known was read; zero: never
	asked time.Time     // when a reading last ended
	err   error         // how
	busy  chan struct{} // closed at the end of the reading that is under way; nil: none is
}

// find gives the keys that may have signed a token: none, when no key fits. An
// error says that the keys cannot be read.
func (k *Keys) find(ctx context.Context, h header) ([]jose.JSONWebKey, error) {
	for {
		found, wait, err := k.look(h)
		if wait == nil {
			return found, err
		}
		if err := wait(ctx); err != nil {
			return nil, err
		}
	}
}

// look finds keys among those that are known. Otherwise wait brings about, or
// waits for, another reading.
func (k *Keys) look(h header) (found []jose.JSONWebKey, wait func(context.Context) error, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.Now()
	found = fitting(k.known, h)
	age, ttl := now.Sub(k.read), max(k.TTL, pause) // what is not asked for again must be believed
	if !k.read.IsZero() && age < ttl && len(found) > 0 {
		return found, nil, nil
	}
	if busy := k.busy; busy != nil {
		return nil, func(ctx context.Context) error {
			select {
			case <-busy:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}, nil
	}
	if !k.asked.IsZero() && now.Sub(k.asked) < pause {
		if k.read.IsZero() || age >= 2*ttl {
			return nil, nil, k.err
		}
		return found, nil, nil
	}
	k.busy = make(chan struct{})
	return nil, k.fetch, nil
}

// fetch reads the keys. Others wait for it, so it goes on when whoever asked
// first has left.
func (k *Keys) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	known, err := k.load(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked, k.err = k.Now(), err
	if err == nil {
		k.known, k.read = known, k.asked
	}
	close(k.busy)
	k.busy = nil
	return nil
}

func (k *Keys) load(ctx context.Context) ([]jose.JSONWebKey, error) {
	url, err := k.Locate(ctx)
	if err != nil {
		return nil, err
	}
	b, err := k.Get(ctx, url, "")
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return parseKeys(b)
}

// parseKeys reads a JWKS, or a list of keys alone. Those that are of no use here
// are left out: providers publish what others need, too.
func parseKeys(b []byte) ([]jose.JSONWebKey, error) {
	if o, err := raw.Parse(b); err == nil {
		b, _ = o.Raw("keys")
	}
	all, err := raw.Objects(b)
	if err != nil {
		return nil, fmt.Errorf("read keys: not a JWKS: %w", err)
	}
	if len(all) > maxKeys {
		return nil, fmt.Errorf("read keys: %d of them, more than %d", len(all), maxKeys)
	}
	var usable []jose.JSONWebKey
	for _, o := range all {
		var key jose.JSONWebKey
		// Certificates add nothing to a key that came from its owner's address.
		if err := key.UnmarshalJSON(o.Without("x5c", "x5t", "x5t#S256", "x5u").Bytes()); err == nil && public(key) {
			usable = append(usable, key)
		}
	}
	if len(usable) == 0 {
		return nil, errors.New("read keys: none of them is a public key for signatures")
	}
	return usable, nil
}

// public reports whether a key is one to check signatures with. A private key or
// a shared secret in a published set is anybody's.
func public(key jose.JSONWebKey) bool {
	if key.Use != "" && key.Use != "sig" {
		return false
	}
	for _, alg := range algorithms {
		if fits(key, alg) {
			return true
		}
	}
	return false
}

// fitting are the keys that a header may mean: by kid, and without one the only
// key of its kind.
func fitting(known []jose.JSONWebKey, h header) []jose.JSONWebKey {
	var found []jose.JSONWebKey
	for _, key := range known {
		if (h.kid == "" || key.KeyID == h.kid) && fits(key, h.alg) {
			found = append(found, key)
		}
	}
	if h.kid == "" && len(found) > 1 {
		return nil
	}
	return found
}

// fits reports whether an algorithm is one of a key's.
func fits(key jose.JSONWebKey, alg jose.SignatureAlgorithm) bool {
	if key.Algorithm != "" && key.Algorithm != string(alg) {
		return false
	}
	switch k := key.Key.(type) {
	case *rsa.PublicKey:
		bits := k.N.BitLen()
		return (strings.HasPrefix(string(alg), "RS") || strings.HasPrefix(string(alg), "PS")) && bits >= leastModulus && bits <= mostModulus
	case *ecdsa.PublicKey:
		curves := map[jose.SignatureAlgorithm]int{jose.ES256: 256, jose.ES384: 384, jose.ES512: 521}
		return curves[alg] == k.Curve.Params().BitSize
	case ed25519.PublicKey:
		return alg == jose.EdDSA
	}
	return false
}
