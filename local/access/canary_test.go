package access_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// shown is how much of a secret is too much: whoever has this many characters
// of it has learned something.
const shown = 12

// canaries are secrets, each in the forms that text may have it in.
type canaries struct {
	needles map[string]string // by form: whose it is
	starts  [1 << 16][]string // the needles by their first two bytes, so that a text is gone through once

	mu   sync.Mutex
	seen map[[32]byte]bool // texts that were looked through
}

// newCanaries makes needles of secrets by their names.
func newCanaries(secrets map[string]string) *canaries {
	c := &canaries{needles: map[string]string{}, seen: map[[32]byte]bool{}}
	for name, secret := range secrets {
		head := secret[:min(shown, len(secret))]
		c.needles[head] = name
		c.needles[url.QueryEscape(head)] = name + ", escaped"
		c.needles[hex.EncodeToString([]byte(head))] = name + ", in hex"
		for skip := range 3 { // where it may stand in what is encoded
			part := head[skip : skip+(len(head)-skip)/3*3]
			c.needles[base64.StdEncoding.EncodeToString([]byte(part))] = name + ", in base64"
			c.needles[base64.URLEncoding.EncodeToString([]byte(part))] = name + ", in base64url"
		}
	}
	for needle := range c.needles {
		pair := uint16(needle[0])<<8 | uint16(needle[1])
		c.starts[pair] = append(c.starts[pair], needle)
	}
	return c
}

// find is where a canary stands in a text, and whose it is; -1 for nowhere.
func (c *canaries) find(text string) (at int, name string) {
	var pair uint16
	for i := range len(text) {
		pair = pair<<8 | uint16(text[i])
		for _, needle := range c.starts[pair] {
			if i > 0 && strings.HasPrefix(text[i-1:], needle) {
				return i - 1, c.needles[needle]
			}
		}
	}
	return -1, ""
}

// look reports every canary in a text that was not looked through before.
func (c *canaries) look(t *testing.T, where, text string) {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	c.mu.Lock()
	known := c.seen[sum]
	c.seen[sum] = true
	c.mu.Unlock()
	if known {
		return
	}
	if i, name := c.find(text); i >= 0 {
		t.Errorf("%s: %s is in it: %s", where, name, text[max(0, i-120):min(len(text), i+60)])
	}
}

// TestCanaries: the search finds a secret in each of its forms, wherever it
// stands.
func TestCanaries(t *testing.T) {
	const secret = "sk+/canary-0123456789"
	for _, hidden := range []string{
		secret, secret[:shown], url.QueryEscape(secret), hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte("Bearer " + secret)),
		base64.URLEncoding.EncodeToString([]byte("k:" + secret + ":x")), base64.RawURLEncoding.EncodeToString([]byte("user:" + secret)),
	} {
		if i, _ := newCanaries(map[string]string{"a": secret}).find("so it is " + hidden + " here"); i < 0 {
			t.Errorf("got no canary in %s", hidden)
		}
	}
}
