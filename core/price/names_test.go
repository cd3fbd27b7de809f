package price

import "testing"

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
