package jwt_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/jwt/jwttest"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a verifier, whose clock a test sets, before a provider.
type desk struct {
	*jwttest.Provider
	*jwt.Verifier
	clock time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Provider: jwttest.Start(t), clock: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return d.clock }
	d.Verifier = &jwt.Verifier{
		Issuers:   []jwt.Issuer{{Name: d.URL, Keys: []*jwt.Keys{{Locate: jwt.At(d.URL + "/jwks"), Get: fetcher(t), TTL: 10 * time.Minute, Now: now}}}},
		Audiences: []string{"gateway"}, Now: now,
	}
	return d
}

func fetcher(t *testing.T) jwt.Get {
	t.Helper()
	client := outbound.Client()
	t.Cleanup(client.CloseIdleConnections)
	return jwt.Fetcher(client)
}

// claims are those of a good token, with more behind them.
func (d *desk) claims(more string) string {
	return fmt.Sprintf(`{"iss":%q,"sub":"ann","aud":["other","gateway"],"exp":%d,"nbf":%d,"iat":%d%s}`, d.URL, d.clock.Unix()+60, d.clock.Unix(), d.clock.Unix(), more)
}

// swapped are the claims of a good token with one thing replaced.
func (d *desk) swapped(old, new string) string {
	good := d.claims("")
	if !strings.Contains(good, old) {
		panic("no " + old)
	}
	return strings.Replace(good, old, new, 1)
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// TestGood: each algorithm of the list with a key of its own.
func TestGood(t *testing.T) {
	d := newDesk(t)
	for key, algorithms := range map[string][]jose.SignatureAlgorithm{
		"rsa": {jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}, "ec": {jose.ES256}, "ed": {jose.EdDSA},
	} {
		for _, alg := range algorithms {
			c, err := d.Verify(t.Context(), d.Sign(key, alg, d.claims("")))
			if err != nil {
				t.Errorf("%s: %v", alg, err)
				continue
			}
			if sub, _ := c.Text("sub"); sub != "ann" {
				t.Errorf("%s: got sub %q, want ann", alg, sub)
			}
		}
	}
	for name, header := range map[string]map[string]any{
		"access token": {"kid": "ec", "typ": "at+jwt"}, "media type": {"kid": "ec", "typ": "application/at+JWT"}, "no type": {"kid": "ec"},
		"no kid, and one key that fits": {}, "others' keys are not looked at": {"kid": "ec", "jku": d.URL + "/evil", "x5u": d.URL + "/evil"},
	} {
		if _, err := d.Verify(t.Context(), d.SignWith(d.Key("ec"), jose.ES256, d.claims(""), header)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, claims := range map[string]string{
		"one audience": d.swapped(`["other","gateway"]`, `"gateway"`), "within the leeway": d.swapped(fmt.Sprint(d.clock.Unix()+60), fmt.Sprint(d.clock.Unix()-9)),
		"fractions": d.swapped(fmt.Sprint(d.clock.Unix()+60), fmt.Sprint(d.clock.Unix()+60)+".5"),
	} {
		if _, err := d.Verify(t.Context(), d.Sign("ec", jose.ES256, claims)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEvil: tokens that must let nobody in, and what is said of them.
func TestEvil(t *testing.T) {
	d := newDesk(t)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := d.claims("")
	now := d.clock.Unix()
	sign := func(claims string) string { return d.Sign("ec", jose.ES256, claims) }
	header := func(h map[string]any) string {
		h["kid"] = "ec"
		return d.SignWith(d.Key("ec"), jose.ES256, good, h)
	}
	honest := sign(good)
	parts := strings.Split(honest, ".")
	for name, c := range map[string]struct{ token, says string }{
		"none":                        {b64(`{"alg":"none"}`) + "." + b64(good) + ".", "alg"},
		"None":                        {b64(`{"alg":"None"}`) + "." + b64(good) + ".", "alg"},
		"none under a good signature": {b64(`{"alg":"none"}`) + "." + parts[1] + "." + parts[2], "alg"},
		"no alg":                      {b64(`{"kid":"ec"}`) + "." + parts[1] + "." + parts[2], "alg"},
		"HS256 by the public key":     {confused(t, d.Key("rsa").Public(), "rsa", good), "alg"},
		"HS256 by a secret":           {d.SignWith([]byte(strings.Repeat("k", 32)), jose.HS256, good, map[string]any{"kid": "ec"}), "alg"},
		"another's key":               {d.SignWith(stranger, jose.ES256, good, map[string]any{"kid": "ec"}), "signature"},
		"another's key, brought along": {
			d.SignWith(stranger, jose.ES256, good, map[string]any{"kid": "ec", "jwk": jose.JSONWebKey{Key: stranger.Public()}}), "signature",
		},
		"unknown kid":           {d.SignWith(d.Key("ec"), jose.ES256, good, map[string]any{"kid": "nobody"}), "signature"},
		"kid of another kind":   {d.SignWith(d.Key("ec"), jose.ES256, good, map[string]any{"kid": "rsa"}), "signature"},
		"kid is no text":        {b64(`{"alg":"ES256","kid":["ec"]}`) + "." + parts[1] + "." + parts[2], "kid"},
		"other claims":          {parts[0] + "." + b64(d.swapped("ann", "bob")) + "." + parts[2], "signature"},
		"other header":          {b64(`{"alg":"ES256","kid":"ec"}`) + "." + parts[1] + "." + parts[2], "signature"},
		"signature cut":         {honest[:len(honest)-6], "signature"},
		"line's end":            {parts[0] + "." + parts[1] + "\n." + parts[2], "base64"},
		"another spelling":      {honest[:len(honest)-1] + spelled(honest[len(honest)-1:]), "base64"},
		"no signature":          {parts[0] + "." + parts[1] + ".", "signature"},
		"two headers in one":    {b64(`{"alg":"ES256","kid":"ec","alg":"none"}`) + "." + parts[1] + "." + parts[2], "all different"},
		"JSON serialization":    {`{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `.."}`, "base64"},
		"encrypted":             {strings.Join([]string{b64(`{"alg":"dir","enc":"A256GCM"}`), "", "a", "b", "c"}, "."), "not a JWT"},
		"critical":              {b64(`{"alg":"ES256","kid":"ec","crit":["b64"],"b64":false}`) + "." + parts[1] + "." + parts[2], "crit"},
		"nested":                {header(map[string]any{"cty": "JWT"}), "cty"},
		"logout token":          {header(map[string]any{"typ": "logout+jwt"}), "typ"},
		"type is no text":       {header(map[string]any{"typ": 1}), "typ"},
		"issuer":                {sign(d.swapped(d.URL, "https://evil.example")), "issuer"},
		"issuer begins alike":   {sign(d.swapped(d.URL, d.URL+".evil.example")), "issuer"},
		"no issuer":             {sign(d.swapped(`"iss"`, `"was"`)), "issuer"},
		"issuer is no text":     {sign(d.swapped(`"iss":"`+d.URL+`"`, `"iss":["`+d.URL+`"]`)), "issuer"},
		"audience":              {sign(d.swapped(`["other","gateway"]`, `["other"]`)), "Audience"},
		"audience begins alike": {sign(d.swapped(`["other","gateway"]`, `"gateway2"`)), "Audience"},
		"no audience":           {sign(d.swapped(`"aud"`, `"dua"`)), "Audience"},
		"audience is an object": {sign(d.swapped(`["other","gateway"]`, `{"gateway":1}`)), "aud"},
		"expired":               {sign(d.swapped(fmt.Sprint(now+60), fmt.Sprint(now-10))), "Token Expired"},
		"never expires":         {sign(d.swapped(`"exp"`, `"pxe"`)), "exp"},
		"expires in words":      {sign(d.swapped(fmt.Sprint(now+60), `"tomorrow"`)), "exp"},
		"expires as text":       {sign(d.swapped(fmt.Sprint(now+60), fmt.Sprintf(`"%d"`, now+60))), "exp"},
		"expires never":         {sign(d.swapped(fmt.Sprint(now+60), `1e300`)), "exp"},
		"expires null":          {sign(d.swapped(fmt.Sprint(now+60), `null`)), "exp"},
		"not yet":               {sign(d.swapped(fmt.Sprintf(`"nbf":%d`, now), fmt.Sprintf(`"nbf":%d`, now+11))), "nbf"},
		"from the future":       {sign(d.swapped(fmt.Sprintf(`"iat":%d`, now), fmt.Sprintf(`"iat":%d`, now+11))), "iat"},
		"two subjects":          {sign(d.claims(`,"sub":"bob"`)), "all different"},
		"two deep":              {sign(d.claims(`,"realm":{"roles":["a"],"roles":["b"]}`)), "all different"},
		"no object":             {sign(`["ann"]`), "JSON object"},
		"no JSON":               {sign(`ann`), "JSON object"},
		"endless":               {sign(d.claims(`,"pad":"` + strings.Repeat("x", 40_000) + `"`)), "at most"},
		"spaces":                {parts[0] + " ." + parts[1] + "." + parts[2], "base64"},
		"padding":               {parts[0] + "=." + parts[1] + "." + parts[2], "base64"},
		"key":                   {"sk-1234", "not a JWT"},
		"empty":                 {"", "not a JWT"},
		"dots":                  {"..", "JSON object"},
	} {
		_, err := d.Verify(t.Context(), c.token)
		var refusal *llm.Error
		if !errors.As(err, &refusal) || refusal.Class != llm.AuthenticationError || !strings.Contains(refusal.Message, c.says) {
			t.Errorf("%s: got %v, want a refusal that says %q", name, err, c.says)
			continue
		}
		for _, secret := range []string{"ann", "gateway2", parts[2], "evil.example"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error tells %q of the token: %v", name, secret, err)
			}
		}
	}
	if _, err := d.Verify(t.Context(), honest); err != nil {
		t.Errorf("got %v for the good token at the end", err)
	}
}

// spelled is another last letter for the same bytes: of two letters for eight
// bits, four of the second are left over.
func spelled(last string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return letters[strings.Index(letters, last)|1:][:1]
}

// confused is a token whose secret is the text of a public key: who checks it as
// its own header says takes it for good (CVE-2015-9235).
func confused(t *testing.T, public any, kid, claims string) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	signed := b64(`{"alg":"HS256","kid":"`+kid+`"}`) + "." + b64(claims)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return signed + "." + b64(string(mac.Sum(nil)))
}

// TestNoAudience: a gateway that asks for none takes tokens for anybody.
func TestNoAudience(t *testing.T) {
	d := newDesk(t)
	d.Audiences = nil
	if _, err := d.Verify(t.Context(), d.Sign("ec", jose.ES256, d.swapped(`["other","gateway"]`, `"other"`))); err != nil {
		t.Error(err)
	}
}

// TestIssuers: a key is good for the tokens of its own issuer only.
func TestIssuers(t *testing.T) {
	d, other := newDesk(t), newDesk(t)
	d.Verifier.Issuers = append(d.Verifier.Issuers, other.Verifier.Issuers...)
	for name, c := range map[string]struct {
		from *desk
		as   string
		ok   bool
	}{
		"first": {d, d.URL, true}, "second": {other, other.URL, true}, "second as first": {other, d.URL, false}, "first as second": {d, other.URL, false},
	} {
		claims := strings.Replace(d.claims(""), d.URL, c.as, 1)
		if _, err := d.Verify(t.Context(), c.from.Sign("ec", jose.ES256, claims)); (err == nil) != c.ok {
			t.Errorf("%s: got %v, want %v", name, err, c.ok)
		}
	}
}

// TestDiscovery: an issuer that is known by name says where its keys are, and
// speaks for nobody else.
func TestDiscovery(t *testing.T) {
	d := newDesk(t)
	get := fetcher(t)
	for name, c := range map[string]struct {
		issuer string
		doc    string // "": the provider's own
		ok     bool
	}{
		"own": {"", "", true}, "another's document": {"", `{"issuer":"https://other.example","jwks_uri":"https://other.example/jwks"}`, false},
		"no keys": {"", `{"issuer":"$ME"}`, false}, "plain http elsewhere": {"", `{"issuer":"$ME","jwks_uri":"http://other.example/jwks"}`, false},
		"no address": {"", `{"issuer":"$ME","jwks_uri":"file:///etc/passwd"}`, false}, "no JSON": {"", `<html>`, false},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, strings.NewReplacer("$ME", "http://"+r.Host, "$URL", d.URL).Replace(c.doc))
		}))
		issuer := server.URL
		if c.doc == "" {
			issuer = d.URL
		}
		at, err := jwt.Discover(get, issuer)(context.WithoutCancel(t.Context()))
		if (err == nil) != c.ok || c.ok && at != d.URL+"/jwks" {
			t.Errorf("%s: got %s, %v", name, at, err)
		}
		server.Close()
	}
}

// TestWeakKeys: keys that prove nothing are not used, whoever publishes them.
func TestWeakKeys(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]jose.JSONWebKey{
		"short": {Key: weak.Public(), KeyID: "k"}, "private": {Key: ec, KeyID: "k"}, "for encryption": {Key: ec.Public(), KeyID: "k", Use: "enc"},
		"a secret": {Key: []byte(strings.Repeat("s", 32)), KeyID: "k"}, "of another algorithm": {Key: ec.Public(), KeyID: "k", Algorithm: "ES384"},
	} {
		d := newDesk(t)
		b, err := key.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		d.Publish(func() []byte { return []byte(`{"keys":[` + string(b) + `]}`) })
		signer, alg := any(ec), jose.ES256
		if name == "short" {
			signer, alg = weak, jose.RS256
		}
		token := d.SignWith(signer, alg, d.claims(""), map[string]any{"kid": "k"})
		if _, err := d.Verify(t.Context(), token); err == nil {
			t.Errorf("%s: the token was taken", name)
		}
	}
}
