package people_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/people"
)

// TestWithin: a grant that is narrowed allows no path that any of its lists of
// routes does not have, and all that both name alike.
func TestWithin(t *testing.T) {
	entries := rapid.SampledFrom([]string{"/key", "/key/generate", "/key/*", "/chat/completions", "/v1/*", "*", "openai_routes", "management_routes", "key_management_routes", "info_routes", "nothing"})
	paths := []string{"/key", "/key/generate", "/key/info", "/chat/completions", "/v1/chat/completions", "/v1/key", "/team/new", "/health", "/keys"}
	rapid.Check(t, func(r *rapid.T) {
		own, bound := rapid.SliceOfN(entries, 0, 3).Draw(r, "own"), rapid.SliceOfN(entries, 0, 3).Draw(r, "bound")
		g := (&people.Grant{Routes: own}).Within(nil, bound)
		for _, path := range paths {
			both := (len(own) == 0 || people.RouteAllowed(own, path)) && people.RouteAllowed(bound, path)
			got := g.MayCall(path) == nil
			if got && !both {
				r.Errorf("%q within %q allows %s", own, bound, path)
			}
			for _, entry := range own {
				for _, other := range bound {
					if entry == other && people.RouteAllowed([]string{entry}, path) && !got {
						r.Errorf("%q within %q does not allow %s", own, bound, path)
					}
				}
			}
		}
	})
}

// TestWithinModels: what is known of a holder besides bounds its models, and
// leaves the grant that others share as it is.
func TestWithinModels(t *testing.T) {
	g := &people.Grant{Models: []people.Allow{{Holder: "team", ID: "red", Models: []string{"gpt*"}}}}
	less := g.Within([]people.Allow{{Holder: "scope", Models: []string{"gpt-4", "other"}}})
	for model, want := range map[string][2]bool{"gpt-4": {true, true}, "gpt-5": {true, false}, "other": {false, false}} {
		if got := [2]bool{g.May(model, nil) == nil, less.May(model, nil) == nil}; got != want {
			t.Errorf("%s: got %v before and after, want %v", model, got, want)
		}
	}
}
