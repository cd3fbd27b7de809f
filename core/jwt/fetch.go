package jwt

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// maxDocument bounds what an identity provider may answer, in bytes.
const maxDocument = 256 << 10

// Get reads a document of an identity provider's, with a token if there is one.
type Get func(ctx context.Context, url, token string) ([]byte, error)

// errRefused is an answer that says the token is not good.
var errRefused = errors.New("the token was refused")

// Fetcher is a Get that asks with a client of package outbound's.
func Fetcher(client *http.Client) Get {
	return func(ctx context.Context, url, token string) ([]byte, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		r.Header.Set("Accept", "application/json")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := client.Do(r)
		if err != nil {
			return nil, err
		}
		defer res.Body.Close()
		if token != "" && (res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden) {
			return nil, errRefused
		}
		if res.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s answered %d", r.URL.Redacted(), res.StatusCode)
		}
		return outbound.ReadAll(res.Body, maxDocument)
	}
}

// At locates keys at an address that is known.
func At(url string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return url, nil }
}

// Discover locates an issuer's keys as OpenID Connect Discovery 1.0 has it.
func Discover(get Get, issuer string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		b, err := get(ctx, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", "")
		if err != nil {
			return "", fmt.Errorf("discover keys: %w", err)
		}
		doc, err := raw.Parse(b)
		if err != nil {
			return "", fmt.Errorf("discover keys: %w", err)
		}
		// One who can be made to answer for another issuer must not speak for it.
		if name, _ := doc.Text("issuer"); name != issuer {
			return "", errors.New("discover keys: the document is another issuer's")
		}
		at, _ := doc.Text("jwks_uri")
		return at, sameTrust(issuer, at)
	}
}

// sameTrust refuses an address that is easier to forge than the issuer's own.
func sameTrust(issuer, at string) error {
	from, err := url.Parse(issuer)
	if err != nil {
		return fmt.Errorf("discover keys: %w", err)
	}
	to, err := url.Parse(at)
	if err != nil || to.Host == "" {
		return errors.New("discover keys: jwks_uri is no address")
	}
	if to.Scheme == "https" || to.Scheme == from.Scheme && to.Host == from.Host {
		return nil
	}
	return errors.New("discover keys: jwks_uri must be https")
}
