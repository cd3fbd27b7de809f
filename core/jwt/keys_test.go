package jwt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// try verifies a token and gives the class of the refusal, "" for none.
func (d *desk) try(t *testing.T, token string) string {
	t.Helper()
	_, err := d.Verify(t.Context(), token)
	var refusal *llm.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refusal):
		return refusal.Class.Error()
	}
	t.Fatalf("got %v, want an *llm.Error", err)
	return ""
}

const bad, down = "AuthenticationError", "ServiceUnavailableError"

// TestRotation: new keys count at once, and those that were taken back no longer
// than keys are believed.
func TestRotation(t *testing.T) {
	d := newDesk(t)
	key := d.Key("ec")
	if got := d.try(t, d.Sign("ec", jose.ES256, d.claims(""))); got != "" {
		t.Fatal(got)
	}
	d.Rotate("rsa2", "ec2", "ed2")
	d.clock = d.clock.Add(6 * time.Second)
	if got := d.try(t, d.Sign("ec2", jose.ES256, d.claims(""))); got != "" {
		t.Errorf("got %s for a new key, want it known at once", got)
	}
	if got := d.try(t, d.SignWith(key, jose.ES256, d.claims(""), map[string]any{"kid": "ec"})); got != bad {
		t.Errorf("got %q for a key that was taken back, want %s", got, bad)
	}
	d.Rotate("rsa3", "ec3", "ed3")
	gone := d.SignWith(key, jose.ES256, d.claims(""), map[string]any{"kid": "ec2"})
	d.clock = d.clock.Add(10 * time.Minute)
	if got := d.try(t, gone); got != bad {
		t.Errorf("got %q after ten minutes, want %s", got, bad)
	}
}

// TestKeysAreAskedForSeldom: made-up names of keys cost the provider a request
// every five seconds, and a crowd one.
func TestKeysAreAskedForSeldom(t *testing.T) {
	d := newDesk(t)
	var all sync.WaitGroup
	good := d.Sign("ec", jose.ES256, d.claims(""))
	for range 32 {
		all.Go(func() {
			if _, err := d.Verify(t.Context(), good); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := d.Asked.Load(); n != 1 {
		t.Errorf("a crowd asked for the keys %d times, want 1", n)
	}
	for i := range 20 {
		d.clock = d.clock.Add(time.Second)
		token := d.SignWith(d.Key("ec"), jose.ES256, d.claims(""), map[string]any{"kid": fmt.Sprint("made-up-", i)})
		if got := d.try(t, token); got != bad {
			t.Fatalf("got %q, want %s", got, bad)
		}
	}
	if n := d.Asked.Load(); n < 4 || n > 5 {
		t.Errorf("20 seconds of made-up keys asked %d times, want 4 or 5", n)
	}
	if got := d.try(t, d.Sign("ec", jose.ES256, d.claims(""))); got != "" {
		t.Errorf("got %s for a known key meanwhile", got)
	}
}

// TestShortLife: keys that are hardly to be believed are asked for every five
// seconds, and good until then.
func TestShortLife(t *testing.T) {
	d := newDesk(t)
	d.Verifier.Issuers[0].Keys[0].TTL = time.Second
	for range 20 {
		if got := d.try(t, d.Sign("ec", jose.ES256, d.claims(""))); got != "" {
			t.Fatal(got)
		}
		d.clock = d.clock.Add(time.Second)
	}
	if n := d.Asked.Load(); n != 4 {
		t.Errorf("got %d requests in 20 seconds, want 4", n)
	}
}

// TestOutage: known keys outlive a provider that is down, for as long again as
// they are believed; unknown ones are nobody's fault but the provider's.
func TestOutage(t *testing.T) {
	d := newDesk(t)
	d.Publish(func() []byte { return nil })
	token := func() string { return d.Sign("ec", jose.ES256, d.claims("")) }
	if got := d.try(t, token()); got != down {
		t.Errorf("got %q before any key is known, want %s", got, down)
	}
	d.Publish(nil)
	if got := d.try(t, token()); got != down {
		t.Errorf("got %q, want %s: it was asked a moment ago", got, down)
	}
	d.clock = d.clock.Add(6 * time.Second)
	if got := d.try(t, token()); got != "" {
		t.Errorf("got %s when the provider is back", got)
	}
	d.Publish(func() []byte { return nil })
	d.clock = d.clock.Add(11 * time.Minute)
	if got := d.try(t, token()); got != "" {
		t.Errorf("got %s while the provider is down, want its last keys", got)
	}
	d.clock = d.clock.Add(10 * time.Minute)
	if got := d.try(t, token()); got != down {
		t.Errorf("got %q after twenty minutes, want %s", got, down)
	}
}

// TestBadSets: what is no set of keys leaves the gateway shut, not open.
func TestBadSets(t *testing.T) {
	for name, set := range map[string]string{
		"huge": "", "many": `{"keys":[` + strings.TrimSuffix(strings.Repeat(`{"kty":"oct","k":"eA"},`, 101), ",") + `]}`,
		"none": `{"keys":[]}`, "no list": `{"keys":{}}`, "no keys": `{}`, "no JSON": `<html>`, "empty": ``, "twice": `{"keys":[],"keys":[]}`, "texts": `["a"]`,
	} {
		d := newDesk(t)
		d.Publish(func() []byte {
			if name == "huge" { // and good otherwise
				return []byte(strings.Replace(string(d.JWKS()), "{", `{"pad":"`+strings.Repeat("x", 300<<10)+`",`, 1))
			}
			return []byte(set)
		})
		if got := d.try(t, d.Sign("ec", jose.ES256, d.claims(""))); got != down {
			t.Errorf("%s: got %q, want %s", name, got, down)
		}
	}
}

// TestBareList: some providers publish the list alone.
func TestBareList(t *testing.T) {
	d := newDesk(t)
	d.Publish(func() []byte {
		return []byte(strings.TrimSuffix(strings.TrimPrefix(string(d.JWKS()), `{"keys":`), "}"))
	})
	if got := d.try(t, d.Sign("ec", jose.ES256, d.claims(""))); got != "" {
		t.Error(got)
	}
}

// TestImpatient: who leaves while keys are read leaves the others waiting no
// longer.
func TestImpatient(t *testing.T) {
	d := newDesk(t)
	asked, answer := make(chan bool), make(chan bool)
	d.Publish(func() []byte { asked <- true; <-answer; return d.JWKS() })
	token := d.Sign("ec", jose.ES256, d.claims(""))
	ctx, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { _, _ = d.Verify(ctx, token) }) // reads the keys for both
	<-asked
	late, end := context.WithCancel(t.Context())
	end()
	if _, err := d.Verify(late, token); err == nil {
		t.Error("who has left was let in")
	}
	all.Go(func() {
		if _, err := d.Verify(t.Context(), token); err != nil {
			t.Error(err)
		}
	})
	leave()
	answer <- true
	all.Wait()
}

// TestCVE_2026_35030: the provider is asked once for a token, and a token that begins
// like one that is known is another: CVE-2026-35030 let whoever made one be its
// holder.
func TestCVE_2026_35030(t *testing.T) {
	d := newDesk(t)
	u := &jwt.Userinfo{URL: d.URL + "/me", Get: fetcher(t), TTL: 5 * time.Minute, Now: func() time.Time { return d.clock }}
	ann := d.Sign("ec", jose.ES256, d.claims(""))
	d.Knows(ann, `{"sub":"ann"}`)
	for range 3 {
		c, err := u.Verify(t.Context(), ann)
		if err != nil {
			t.Fatal(err)
		}
		if sub, _ := c.Text("sub"); sub != "ann" {
			t.Errorf("got %q, want ann", sub)
		}
	}
	if n := d.Asked.Load(); n != 1 {
		t.Errorf("the provider was asked %d times, want 1", n)
	}
	for _, forged := range []string{ann[:20] + ".forged", ann[:len(ann)-1], ann + "x", strings.ToUpper(ann)} {
		if _, err := u.Verify(t.Context(), forged); !errors.Is(err, llm.AuthenticationError) {
			t.Errorf("got %v for a token that begins like another, want it refused", err)
		}
	}
	before := d.Asked.Load()
	if _, err := u.Verify(t.Context(), ann+"x"); !errors.Is(err, llm.AuthenticationError) || d.Asked.Load() != before {
		t.Errorf("got %v and %d requests more, want the refusal remembered", err, d.Asked.Load()-before)
	}
	d.Knows(ann, `{"sub":"bob","sub":"ann"}`)
	d.clock = d.clock.Add(5 * time.Minute)
	if _, err := u.Verify(t.Context(), ann); !errors.Is(err, llm.AuthenticationError) {
		t.Errorf("got %v for two subjects, after the first answer is too old to be believed", err)
	}
}
