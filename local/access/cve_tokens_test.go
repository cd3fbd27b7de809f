package access_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/jwt/jwttest"
)

// vouched is the town with an identity provider; rules are members of
// litellm_jwtauth, in which $ID is the provider's address.
func vouched(t *testing.T, rules string) (*town, *jwttest.Provider) {
	t.Helper()
	p := jwttest.Start(t)
	env := map[string]string{"JWT_PUBLIC_KEY_URL": p.URL + "/jwks", "JWT_AUDIENCE": "gateway", "JWT_ISSUER": p.URL}
	config := strings.Replace(models, "$SERVICE_ACCOUNT", `"{}"`, 1) + "  enable_jwt_auth: true\n  litellm_jwtauth: {" + strings.ReplaceAll(rules, "$ID", p.URL) + "}\n"
	g := open(t, config, func(o *all.Options) {
		o.Getenv = func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	})
	w := &town{g, map[string]string{}, map[string]string{}, map[string]string{}}
	w.populate(t)
	return w, p
}

// claims are those of a token that is good for ten minutes, with others.
func claims(p *jwttest.Provider, more string) string {
	now := time.Now().Unix()
	return fmt.Sprintf(`{"iss":%q,"aud":"gateway","exp":%d,"iat":%d,%s}`, p.URL, now+600, now, more)
}

// TestCVE_2026_35030 (GHSA-jjhc-v7c2-5hh6): what the identity provider said of a
// token is believed of all that begin with the same twenty characters, which
// all tokens of an algorithm do.
// https://nvd.nist.gov/vuln/detail/CVE-2026-35030
func TestCVE_2026_35030(t *testing.T) {
	w, p := vouched(t, `oidc_userinfo_enabled: true, oidc_userinfo_endpoint: "$ID/me", user_id_jwt_field: sub`)
	const head = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"
	token := head + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"ann"}`)) + ".signature"
	p.Knows(token, `{"sub":"ann"}`)
	w.must("POST", "/key/generate", `{"key":"sk-`+head+`.ann","user_id":"ann"}`)
	for _, good := range []string{token, "sk-" + head + ".ann"} {
		for range 2 { // it is known by then
			if a := w.do(good, "GET", "/user/info", ""); a.status != 200 {
				t.Fatalf("%.20s: got %d %s, want its holder let in", good, a.status, a.body)
			}
		}
		for _, forged := range []string{good[:20], good[:20] + ".x.y", good[:len(good)-1], good + "x", good[:40] + ".eyJzdWIiOiJwYXQifQ.signature", strings.Replace(good, "signature", "forged", 1) + "."} {
			if a := w.do(forged, "GET", "/user/info", ""); a.status != 401 {
				t.Errorf("%s: got %d %.200s, want nobody let in", forged, a.status, a.body)
			}
		}
		if a := w.do(good, "GET", "/user/info", ""); a.status != 200 {
			t.Errorf("%.20s: got %d %s, want its holder still let in", good, a.status, a.body)
		}
	}
}

// TestCVE_2026_12771: a machine's token with an administrator's scope opens every
// route. It opens those that are for it, once the provider has signed it.
// https://nvd.nist.gov/vuln/detail/CVE-2026-12771
func TestCVE_2026_12771(t *testing.T) {
	w, p := vouched(t, `admin_allowed_routes: ["/user/list"]`)
	const scoped = `"sub":"robot","scope":"litellm_proxy_admin"`
	signed := p.Sign("rsa", jose.RS256, claims(p, scoped))
	if a := w.do(signed, "GET", "/user/list", ""); a.status != 200 {
		t.Fatalf("got %d %s, want the route that is for it", a.status, a.body)
	}
	head, body, _ := strings.Cut(signed, ".")
	body, signature, _ := strings.Cut(body, ".")
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	forgeries := map[string]string{
		"no algorithm":          part(`{"alg":"none"}`) + "." + body + ".",
		"no signature":          head + "." + body + ".",
		"another's signature":   jwttest.Start(t).Sign("ec", jose.ES256, claims(p, scoped)),
		"other claims":          head + "." + part(claims(p, scoped+`,"x":1`)) + "." + signature,
		"the key as a password": part(`{"alg":"HS256","kid":"rsa"}`) + "." + body + "." + signature,
		"another issuer's":      p.Sign("rsa", jose.RS256, strings.Replace(claims(p, scoped), p.URL, "https://elsewhere.example.com", 1)),
		"for somebody else":     p.Sign("rsa", jose.RS256, strings.Replace(claims(p, scoped), `"gateway"`, `"other"`, 1)),
	}
	for _, request := range []string{`POST /user/new {"user_id":"new"}`, `POST /team/new {"team_alias":"x"}`, `POST /key/generate {}`, `POST /v1/chat/completions {"model":"main",` + hello + `}`, `GET /credentials`} {
		f := append(strings.SplitN(request, " ", 3), "")
		w.refused(t, request, w.do(signed, f[0], f[1], f[2]), 403)
		for name, token := range forgeries {
			w.refused(t, name+": "+request, w.do(token, f[0], f[1], f[2]), 401)
		}
	}
	for name, token := range forgeries {
		w.refused(t, name, w.do(token, "GET", "/user/list", ""), 401)
	}
}
