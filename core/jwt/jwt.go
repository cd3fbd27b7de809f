// Package jwt tells whether a token is an identity provider's, meant for this
// gateway and valid now, and what its claims say of its holder.
//
// A token proves nothing until its signature is checked with a key that the
// operator's provider publishes. So what a token says of how to check it counts
// for nothing: the algorithms are a list of this package's, keys come from the
// configured addresses alone, and key material or addresses in a header (jwk,
// jku, x5c, x5u) are not looked at. No verdict on a token is remembered, which
// costs tens of microseconds and leaves nothing to confuse.
//
// Tokens and claims are in no error.
package jwt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Leeway is how far the clocks of who issues tokens and who checks them may be
// apart.
const Leeway = 10 * time.Second

// Issuer is an identity provider whose tokens are believed.
type Issuer struct {
	// Name is what iss must be, to the letter. "": any, since whoever has a key
	// of Keys is believed; such tokens make nobody an administrator.
	Name string
	Keys []*Keys
}

// Verifier checks tokens. All fields but Audiences are required.
type Verifier struct {
	Issuers   []Issuer
	Audiences []string // one of them must be in aud; none: tokens for anybody are taken
	Now       func() time.Time
}

// Verify gives the claims of a token that is valid. Errors are *llm.Error: that
// the token is not valid, or that the issuer's keys cannot be read.
func (v *Verifier) Verify(ctx context.Context, token string) (*Claims, error) {
	h, err := readHeader(token)
	if err != nil {
		return nil, err
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{h.alg})
	if err != nil {
		return nil, refused("Validation fails: not a signed JWT")
	}
	said, err := readClaims(signed.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, err
	}
	issuer, err := v.issuer(said)
	if err != nil {
		return nil, err
	}
	payload, err := issuer.open(ctx, h, signed)
	if err != nil {
		return nil, err
	}
	c, err := readClaims(payload)
	if err != nil {
		return nil, err
	}
	c.issued = issuer.Name != ""
	return c, v.valid(c)
}

// issuer finds whose token it says to be.
func (v *Verifier) issuer(c *Claims) (*Issuer, error) {
	name, _ := c.Text("iss")
	for i, issuer := range v.Issuers {
		if issuer.Name == name || issuer.Name == "" {
			return &v.Issuers[i], nil
		}
	}
	return nil, refused("Validation fails: Invalid issuer")
}

// open checks a signature, and gives what was signed.
func (i *Issuer) open(ctx context.Context, h header, signed *jose.JSONWebSignature) ([]byte, error) {
	var failed error
	for _, keys := range i.Keys {
		found, err := keys.find(ctx, h)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		for _, key := range found {
			if payload, err := signed.Verify(key.Key); err == nil {
				return payload, nil
			}
		}
	}
	if failed != nil { // the key may be among those that could not be read
		return nil, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the keys that JWTs are checked with cannot be read now", Err: failed}
	}
	return nil, refused("Validation fails: no public key of the issuer verifies the signature")
}

// valid judges the claims that are about the token itself. One that never
// expires is not taken.
func (v *Verifier) valid(c *Claims) error {
	now := v.Now()
	times := map[string]time.Time{}
	for _, name := range []string{"exp", "nbf", "iat"} {
		t, ok, err := c.time(name)
		if err != nil {
			return err
		}
		if ok {
			times[name] = t
		}
	}
	exp, expires := times["exp"]
	switch {
	case !expires:
		return refused("Validation fails: Token has no exp claim")
	case !now.Before(exp.Add(Leeway)):
		return refused("Token Expired")
	case times["nbf"].After(now.Add(Leeway)):
		return refused("Validation fails: The token is not yet valid (nbf)")
	case times["iat"].After(now.Add(Leeway)):
		return refused("Validation fails: The token is not yet valid (iat)")
	}
	aud, err := c.Texts("aud")
	if err != nil {
		return err
	}
	if len(v.Audiences) > 0 && !slices.ContainsFunc(aud, func(a string) bool { return slices.Contains(v.Audiences, a) }) {
		return refused("Validation fails: Audience doesn't match")
	}
	return nil
}

func refused(format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.AuthenticationError, Type: "auth_error", Message: "Authentication Error, " + fmt.Sprintf(format, a...)}
}
