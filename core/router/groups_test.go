package router_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/router"
)

// models is a configuration with every kind of name. The "*" deployment leaves
// its provider to the name that is asked for.
func models() *router.Groups {
	g := parseGroups("*: any; acme/*: acme; gpt-4o: one two; acme/fast-*: fast; *-preview: preview; ring-a: x")
	for i := range g.Groups {
		d := g.Groups[i].Members[0].Deployment
		switch d.ID {
		case "any":
			d.Provider, d.Model = "", ""
		case "acme":
			d.Model = "*"
		case "fast":
			d.Model = "quick-*-v2"
		case "preview":
			d.Model = "fixed"
		}
	}
	g.Aliases = map[string]router.Alias{
		"best": {Model: "better"}, "better": {Model: "gpt-4o"}, "mine": {Model: "acme/large"},
		"secret": {Model: "gpt-4o", Hidden: true}, "one": {Model: "two"}, "two": {Model: "one"},
	}
	g.Infer = func(model string) (string, string, error) {
		provider, name, ok := strings.Cut(model, "/")
		if !ok {
			return "", "", &llm.Error{Class: llm.BadRequestError, Param: "model", Message: "write provider/model"}
		}
		return provider, name, nil
	}
	return g
}

// TestNames: what a name resolves to, and which deployment gets the call under
// which model name.
func TestNames(t *testing.T) {
	for _, c := range []struct{ name, model, to string }{
		{"gpt-4o", "gpt-4o", "p:one"},
		{"", "gpt-4o", "p:one"},
		{"best", "gpt-4o", "p:one"},
		{"secret", "gpt-4o", "p:one"},
		{"mine", "acme/large", "p:large"},
		{"acme/small", "acme/small", "p:small"},
		{"acme/fast-1", "acme/fast-1", "p:quick-1-v2"},
		{"acme/fast-", "acme/fast-", "p:quick--v2"},
		{"zeta-preview", "zeta-preview", "p:fixed"},
		{"other/model", "other/model", "other:model"},
		{"other/a/b", "other/a/b", "other:a/b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := start("x: y")
			l.Groups = models()
			model, err := l.Groups.Resolve(c.name)
			if err != nil || model != c.model {
				t.Fatalf("got %q, %v, want %q", model, err, c.model)
			}
			var to *llm.Deployment
			if _, err := router.New(l.Config, seen(&to)).Do(t.Context(), call(model)); !errors.Is(err, errSeen) {
				t.Fatal(err)
			}
			if got := to.Provider + ":" + to.Model; got != c.to {
				t.Errorf("got %q, want %q", got, c.to)
			}
		})
	}
}

func TestUnknownNames(t *testing.T) {
	g := models()
	g.Groups = g.Groups[1:] // without the "*" group
	for _, name := range []string{"gpt-5", "one", "acme", "preview"} {
		model, err := g.Resolve(name)
		var e *llm.Error
		if !errors.As(err, &e) || e.Class != llm.BadRequestError || e.Param != "model" {
			t.Errorf("%s: got %q, %v, want a BadRequestError about model", name, model, err)
		}
	}
	var none router.Groups
	if _, err := none.Resolve(""); class(err) != llm.BadRequestError {
		t.Errorf("no model and no default: got %v, want BadRequestError", err)
	}
	l := start("x: y")
	l.Groups = models()
	if _, err := l.ask(call("gpt-5")); err == nil || err.Error() != "BadRequestError: write provider/model" || len(l.tried) > 0 {
		t.Errorf("a name that tells no provider: got %v, want what Infer said", err)
	}
}

func TestListed(t *testing.T) {
	g := models()
	want := []string{"acme/*", "gpt-4o", "acme/fast-*", "*-preview", "ring-a", "best", "better", "mine", "one", "two"}
	if got := g.Names(); !slices.Equal(got, want) {
		t.Errorf("names: got %q, want %q", got, want)
	}
	var ids []string
	for _, d := range g.Deployments() {
		ids = append(ids, d.ID)
	}
	if want := []string{"one", "two", "x"}; !slices.Equal(ids, want) {
		t.Errorf("deployments: got %q, want %q", ids, want)
	}
	for name, want := range map[string]string{"gpt-4o": "p", "best": "p", "other/model": "other", "*": "", "gpt-5": ""} {
		if got, ok := g.Owner(name); got != want || ok != (want != "") {
			t.Errorf("owner of %s: got %q, %v, want %q", name, got, ok, want)
		}
	}
}

// TestWildcardLeavesConfiguration: filling a wildcard in changes a copy.
func TestWildcardLeavesConfiguration(t *testing.T) {
	l := start("acme/*: d")
	l.member("d").Model = "*"
	for range 2 {
		if _, err := l.ask(call("acme/large")); err != nil {
			t.Fatal(err)
		}
	}
	if got := l.member("d").Model; got != "*" {
		t.Errorf("got %q, want the pattern as it was", got)
	}
}

// TestOnlyDeploymentNeverRests: an error of its own says more than that nobody
// may ask.
func TestOnlyDeploymentNeverRests(t *testing.T) {
	l := start("m: a")
	l.AllowedFails, l.NumRetries = 0, 0
	l.does["a"] = times(5, fail(llm.RateLimitError, 20*time.Second))
	for range 5 {
		if _, err := l.ask(call("m")); class(err) != llm.RateLimitError {
			t.Fatal(err)
		}
	}
	if from, err := l.ask(call("m")); from != "a" || len(l.tried) != 6 {
		t.Errorf("got %q, %v after %q, want a asked each time", from, err, l.trail())
	}
}

// TestAllRest: a group that rests as a whole says for how long, and is waited
// for when there is nowhere else to go.
func TestAllRest(t *testing.T) {
	rest := func() *line {
		l := start("m: a b")
		l.AllowedFails, l.NumRetries = 0, 1
		l.does["a"] = times(1, fail(llm.RateLimitError, 20*time.Second))
		l.does["b"] = times(1, fail(llm.RateLimitError, 8*time.Second))
		c := call("m")
		c.Options.NumRetries = ptr(1)
		if _, err := l.ask(c); class(err) != llm.RateLimitError {
			t.Fatal(err)
		}
		l.fresh()
		return l
	}
	l := rest()
	c := call("m")
	c.Options.NumRetries = ptr(0)
	_, err := l.ask(c)
	var e *llm.Error
	if !errors.As(err, &e) || e.Class != llm.RateLimitError || e.RetryAfter != 8*time.Second || len(l.tried) > 0 {
		t.Errorf("got %v after trying %q, want a rate limit of 8s and nobody tried", err, l.trail())
	}
	l = rest()
	from, err := l.ask(call("m"))
	if from != "b" || pauses(l.slept...) != pauses(8*time.Second) {
		t.Errorf("got %q, %v after sleeping %v, want b after its 8s", from, err, l.slept)
	}
}

// TestBrokenStream: one that breaks after its first event is nobody else's to
// go on with, and counts against its deployment.
func TestBrokenStream(t *testing.T) {
	l := start("m: a b; other: c")
	l.AllowedFails = 0
	l.Fallbacks = map[string][]string{"m": {"other"}}
	l.events["a"] = []error{nil, fail(llm.APIConnectionError)}
	l.events["b"] = []error{nil}
	stream := call("m")
	stream.Stream = true
	if _, err := l.ask(stream); class(err) != llm.APIConnectionError || l.trail() != "a" {
		t.Errorf("got %v after %q, want a's own error", err, l.trail())
	}
	l.fresh()
	if from, err := l.ask(stream); from != "b" || len(l.tried) != 1 {
		t.Errorf("got %q, %v, want b while a rests", from, err)
	}
}
