package jwt

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Claims are what a token says. Errors of its methods are *llm.Error.
type Claims struct {
	raw.Object
	issued bool // by an issuer that is known by name
}

// readClaims reads claims that are not trusted yet.
func readClaims(payload []byte) (*Claims, error) {
	o, err := raw.Parse(payload)
	if err == nil {
		err = raw.Strict(payload)
	}
	if err != nil {
		return nil, refused("Validation fails: the claims are not a JSON object whose members are all different")
	}
	return &Claims{Object: o}, nil
}

// lookup finds a claim by LiteLLM's path: names with dots between them, where
// "\." is a dot in a name, and "metadata." in front says nothing.
func (c *Claims) lookup(path string) ([]byte, bool) {
	path = strings.TrimPrefix(path, "metadata.")
	o := c.Object
	for {
		name, rest := element(path)
		v, ok := o.Raw(name)
		if !ok || string(v) == "null" {
			return nil, false
		}
		if rest == "" {
			return v, true
		}
		var err error
		if o, err = raw.Parse(v); err != nil {
			return nil, false
		}
		path = rest
	}
}

// element takes the first name off a path.
func element(path string) (name, rest string) {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && strings.HasPrefix(path[i+1:], "."):
			i++
			b.WriteByte('.')
		case path[i] == '.':
			return b.String(), path[i+1:]
		default:
			b.WriteByte(path[i])
		}
	}
	return b.String(), ""
}

// text is a claim that must be text, or a whole number, if it is there; "" when
// it is not. A path of "" finds nothing.
func (c *Claims) text(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	v, ok := c.lookup(path)
	if !ok {
		return "", nil
	}
	if s, ok := plain(v); ok {
		return s, nil
	}
	return "", refused("the claim %q is not text", path)
}

// Texts is a claim that must be text or a list of texts, if it is there.
func (c *Claims) Texts(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	v, ok := c.lookup(path)
	if !ok {
		return nil, nil
	}
	if s, ok := plain(v); ok {
		return []string{s}, nil
	}
	if v[0] != '[' {
		return nil, refused("the claim %q is not a list of texts", path)
	}
	var all []string
	for _, item := range raw.Items(v) {
		s, ok := plain(item)
		if !ok {
			return nil, refused("the claim %q is not a list of texts", path)
		}
		all = append(all, s)
	}
	return all, nil
}

// plain is a text, or a whole number as it is written.
func plain(v []byte) (string, bool) {
	if v[0] == '"' {
		s, ok := raw.New(raw.Member{Name: "v", Value: v}).Text("v")
		return s, ok
	}
	_, err := strconv.ParseInt(string(v), 10, 64)
	return string(v), err == nil
}

// scopes are what the holder was granted: "scope" is a list, or texts with spaces
// between them.
func (c *Claims) scopes() ([]string, error) {
	all, err := c.Texts("scope")
	if err != nil {
		return nil, err
	}
	if len(all) == 1 {
		return strings.Fields(all[0]), nil
	}
	return all, nil
}

// is reports whether a claim is there and true, or false. Some providers write
// that as text.
func (c *Claims) is(path string, want bool) bool {
	v, ok := c.lookup(path)
	s := strings.Trim(string(v), `"`)
	return ok && s == strconv.FormatBool(want)
}

// time is a NumericDate: seconds since 1970, perhaps with a fraction.
func (c *Claims) time(name string) (t time.Time, ok bool, err error) {
	v, ok := c.Raw(name)
	if !ok {
		return time.Time{}, false, nil
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || f < 0 || f > 1<<40 {
		return time.Time{}, false, refused("Validation fails: %s must be a number of seconds", name)
	}
	whole, part := math.Modf(f)
	return time.Unix(int64(whole), int64(part*1e9)), true, nil
}
