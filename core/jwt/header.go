package jwt

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// maxToken bounds a token, in bytes: 200 groups of a directory are a third of it.
const maxToken = 32 << 10

// algorithms are those that a key which everybody may know can check: LiteLLM's
// list. "none" proves nothing, and HS256 would take a public key for a secret.
var algorithms = [...]jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// header is what is read of a token's header.
type header struct {
	alg jose.SignatureAlgorithm
	kid string // "": not said
}

// Looks reports whether a token has a JWT's form: three parts.
func Looks(token string) bool { return strings.Count(token, ".") == 2 }

// readHeader reads the header of a token that is not trusted.
func readHeader(token string) (header, error) {
	if len(token) > maxToken || !Looks(token) {
		return header{}, refused("Validation fails: not a JWT of at most %d bytes", maxToken)
	}
	// One token has one spelling: what is left over in a last letter must be
	// nothing, and a line's end is no letter.
	var parts [3][]byte
	for i, part := range strings.Split(token, ".") {
		b, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil || strings.ContainsAny(part, "\r\n") {
			return header{}, refused("Validation fails: not three parts in base64url")
		}
		parts[i] = b
	}
	text := parts[0]
	o, err := raw.Parse(text)
	if err == nil {
		err = raw.Strict(text)
	}
	if err != nil {
		return header{}, refused("Validation fails: the header is not a JSON object whose members are all different")
	}
	alg, _ := o.Text("alg")
	h := header{alg: jose.SignatureAlgorithm(alg)}
	if !slices.Contains(algorithms[:], h.alg) {
		return header{}, refused("Validation fails: The specified alg value is not allowed")
	}
	if o.Has("kid") {
		var ok bool
		if h.kid, ok = o.Text("kid"); !ok || h.kid == "" {
			return header{}, refused("Validation fails: kid must be text")
		}
	}
	// What a header declares critical changes what the token means, and nothing of
	// that kind is understood here (RFC 7515, 4.1.11). A nested token is a token
	// within a token: whose claims count would be anybody's guess.
	for _, name := range []string{"crit", "b64", "cty", "zip", "enc"} {
		if o.Has(name) {
			return header{}, refused("Validation fails: a header with %s is not taken", name)
		}
	}
	return h, typed(o)
}

// typed refuses tokens that are made for something else than to be shown to an
// API: a logout token or a DPoP proof of the same issuer says who somebody is,
// too (RFC 8725, 3.11).
func typed(o raw.Object) error {
	if !o.Has("typ") {
		return nil
	}
	typ, _ := o.Text("typ")
	switch strings.TrimPrefix(strings.ToLower(typ), "application/") {
	case "jwt", "at+jwt":
		return nil
	}
	return refused("Validation fails: typ must be JWT or at+jwt")
}
