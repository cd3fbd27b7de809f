package jwt_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/jwt/jwttest"
)

// read reads claims that a test writes.
func (d *desk) read(t *testing.T, claims string, issued bool) *jwt.Claims {
	t.Helper()
	c, err := jwt.Read([]byte(claims), issued)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// FuzzVerify: no text lets anybody in but the token that was signed.
func FuzzVerify(f *testing.F) {
	p := jwttest.Start(f)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	published := func(context.Context, string, string) ([]byte, error) { return p.JWKS(), nil }
	v := &jwt.Verifier{Now: func() time.Time { return now }}
	v.Issuers = []jwt.Issuer{{Keys: []*jwt.Keys{{Locate: jwt.At("jwks"), Get: published, TTL: time.Hour, Now: v.Now}}}}
	good := p.Sign("ec", jose.ES256, fmt.Sprintf(`{"sub":"ann","exp":%d}`, now.Unix()+60))
	for _, seed := range []string{good, "a.b.c", "..", b64(`{"alg":"none"}`) + "." + b64(`{}`) + ".", b64(`{"alg":"ES256","kid":"ec"}`) + ".e30.AAAA", "{}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if c, err := v.Verify(t.Context(), token); (err == nil) != (token == good) {
			t.Errorf("got %v, %v for %q", c, err, token)
		}
	})
}

// FuzzClaims: whatever claims say, they are read or refused, and make nobody an
// administrator who was not granted the scope.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		`{"sub":"a","scope":"x litellm_proxy_admin"}`, `{"scope":["litellm_proxy_admin"]}`, `{"a":{"b":["c"]}}`, `{"email":"a@b","email_verified":"true"}`, `{"groups":[1,"b",null]}`, `{"scope":{}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, claims []byte) {
		r := rules(t, "litellm_jwtauth: {user_id_jwt_field: sub, user_email_jwt_field: email, team_ids_jwt_field: groups, roles_jwt_field: a.b}")
		c, err := jwt.Read(claims, false)
		if err != nil {
			return
		}
		i, err := jwt.Of(c, r)
		if err == nil && (i.Admin || i.Issued || len(i.Holder) != 64) {
			t.Errorf("got %+v of %s", i, claims)
		}
	})
}
