package price

import (
	"errors"
	"strconv"
	"testing"
)

// TestOwnNameFirst holds which of several entries a name means.
func TestOwnNameFirst(t *testing.T) {
	var c Catalogue
	if err := c.Register([]byte(`{"m": {"litellm_provider": "p"}, "p/m": {"litellm_provider": "p"}, "p/eu/m": {"litellm_provider": "p"},
		"n": {"litellm_provider": "p"}, "q/n": {"litellm_provider": "q"}}`)); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		at   place
		want string
	}{
		{place{model: "m", provider: "p"}, "p/m"},
		{place{model: "p/m", provider: "p"}, "p/m"},
		{place{model: "p/m"}, "p/m"},
		{place{model: "m"}, "m"},
		{place{model: "m", provider: "p", region: "eu"}, "p/eu/m"},
		{place{model: "m", provider: "p", region: "us"}, "p/m"},
		{place{model: "n", provider: "p"}, "n"},
		{place{model: "n", provider: "q"}, "q/n"},
		{place{model: "m", provider: "q"}, ""},
	} {
		var got string
		if m := c.find(tc.at); m != nil {
			got = m.Name
		}
		if got != tc.want {
			t.Errorf("%+v: got %q, want %q", tc.at, got, tc.want)
		}
	}
}

// TestFoundIsKept: what was looked up, known or not, is not looked up again
// until Register changes it, and names that callers make up do not pile up.
func TestFoundIsKept(t *testing.T) {
	var c Catalogue
	if _, err := c.Info("made-up", "openai"); !errors.Is(err, ErrUnknownModel) {
		t.Errorf("got %v, want ErrUnknownModel", err)
	}
	known, err := c.Info("gpt-4o", "openai")
	if err != nil || known.MaxOutput == 0 {
		t.Fatalf("got %+v, %v, want gpt-4o", known, err)
	}
	if err := c.Register([]byte(`{"made-up":{"litellm_provider":"openai","max_output_tokens":7},"gpt-4o":{"max_output_tokens":9}}`)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int64{"made-up": 7, "gpt-4o": 9} {
		if m, err := c.Info(name, "openai"); err != nil || m.MaxOutput != want {
			t.Errorf("%s: got %+v, %v, want %d tokens as registered", name, m, err, want)
		}
	}
	for n := range maxFound + 10 {
		_, _ = c.Info("made-up-"+strconv.Itoa(n), "openai")
	}
	if len(c.found) > maxFound {
		t.Errorf("got %d answers kept, want %d at most", len(c.found), maxFound)
	}
}
