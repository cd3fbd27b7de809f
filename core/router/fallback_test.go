package router_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestFallback: the deployments of groups a, b, c... have the group's name, and
// those in fail do.
func TestFallback(t *testing.T) {
	down := llm.ServiceUnavailableError
	for _, c := range []struct {
		name   string
		to     map[string][]string
		fail   string // "a b": down; "a=BadRequestError": that class
		change func(l *line, c *llm.Call)
		tried  string
		class  llm.Class // 0: it went well
	}{
		{name: "not needed", to: map[string][]string{"a": {"b"}}, tried: "a"},
		{name: "in order", to: map[string][]string{"a": {"b", "c"}}, fail: "a b", tried: "a b c"},
		{name: "none", fail: "a", tried: "a", class: down},
		{name: "star", to: map[string][]string{"*": {"b"}}, fail: "a", tried: "a b"},
		{name: "its own before star", to: map[string][]string{"*": {"b"}, "a": {"c"}}, fail: "a", tried: "a c"},
		{name: "an empty list is none, star or not", to: map[string][]string{"*": {"b"}, "a": {}}, fail: "a", tried: "a", class: down},
		{name: "fallbacks of a fallback, after all of the first", to: map[string][]string{"a": {"b", "c"}, "b": {"d"}}, fail: "a b c", tried: "a b c d"},
		{name: "a circle ends", to: map[string][]string{"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}, fail: "a b c", tried: "a b c", class: down},
		{name: "itself", to: map[string][]string{"a": {"a", "b"}}, fail: "a", tried: "a b"},
		{name: "an alias of itself", to: map[string][]string{"a": {"alias-a", "b"}}, fail: "a", tried: "a b"},
		{name: "an alias", to: map[string][]string{"a": {"alias-c"}}, fail: "a", tried: "a c"},
		{name: "under an alias of the group", to: map[string][]string{"*": {"b"}, "alias-a": {"c"}}, fail: "a", tried: "a c"},
		{name: "under another's alias", to: map[string][]string{"*": {"b"}, "alias-d": {"c"}}, fail: "a", tried: "a b"},
		{name: "a name that nothing answers to is passed over", to: map[string][]string{"a": {"gone", "b"}}, fail: "a", tried: "a b"},
		{
			name: "at most so many", to: map[string][]string{"a": {"b", "c", "d"}}, fail: "a b c",
			change: func(l *line, _ *llm.Call) { l.MaxFallbacks = 2 }, tried: "a b c", class: down,
		},
		{
			name: "at most none", to: map[string][]string{"a": {"b"}}, fail: "a",
			change: func(l *line, _ *llm.Call) { l.MaxFallbacks = 0 }, tried: "a", class: down,
		},
		{
			name: "a model the caller may not use is passed over", to: map[string][]string{"a": {"b", "c"}}, fail: "a",
			change: func(_ *line, c *llm.Call) { c.Caller.Models = []string{"a", "c"} }, tried: "a c",
		},
		{
			name: "nor by an alias", to: map[string][]string{"a": {"alias-c"}}, fail: "a",
			change: func(_ *line, c *llm.Call) { c.Caller.Models = []string{"a", "alias-c"} }, tried: "a", class: down,
		},
		{name: "a wrong request goes elsewhere too", to: map[string][]string{"a": {"b"}}, fail: "a=BadRequestError", tried: "a b"},
		{
			name: "the first error is returned", to: map[string][]string{"a": {"b"}}, fail: "a=RateLimitError b=InternalServerError",
			tried: "a b", class: llm.RateLimitError,
		},
		{
			name: "a prompt that is too long has its own way", to: map[string][]string{"a": {"b"}}, fail: "a=ContextWindowExceededError",
			change: func(l *line, _ *llm.Call) { l.ContextWindowFallbacks = map[string][]string{"a": {"c"}} }, tried: "a c",
		},
		{name: "or the general one", to: map[string][]string{"a": {"b"}}, fail: "a=ContextWindowExceededError", tried: "a b"},
		{
			name: "refused content has its own way", to: map[string][]string{"a": {"b"}}, fail: "a=ContentPolicyViolationError",
			change: func(l *line, _ *llm.Call) { l.ContentPolicyFallbacks = map[string][]string{"a": {"c"}} }, tried: "a c",
		},
		{
			name: "which is not for other failures", fail: "a",
			change: func(l *line, _ *llm.Call) {
				l.ContentPolicyFallbacks = map[string][]string{"*": {"c"}}
				l.ContextWindowFallbacks = map[string][]string{"*": {"c"}}
			}, tried: "a", class: down,
		},
		{
			name: "the caller's replace the configured", to: map[string][]string{"a": {"b"}}, fail: "a",
			change: func(_ *line, c *llm.Call) { c.Options.Fallbacks = map[string][]string{"*": {"d"}} }, tried: "a d",
		},
		{
			name: "of each kind alone", to: map[string][]string{"a": {"b"}}, fail: "a=ContextWindowExceededError",
			change: func(_ *line, c *llm.Call) { c.Options.ContextWindowFallbacks = map[string][]string{"a": {"d"}} }, tried: "a d",
		},
		{
			name: "the caller wants none", to: map[string][]string{"a": {"b"}}, fail: "a",
			change: func(_ *line, c *llm.Call) { c.Options.DisableFallbacks = true }, tried: "a", class: down,
		},
		{
			name: "a specific deployment has none", to: map[string][]string{"a": {"b"}}, fail: "a",
			change: func(_ *line, c *llm.Call) { c.Options.Deployment = "a" }, tried: "a", class: down,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := start("a: a; b: b; c: c; d: d")
			for _, name := range []string{"a", "b", "c", "d"} {
				l.Groups.Aliases["alias-"+name] = aliasOf(name)
			}
			l.NumRetries, l.Fallbacks = 0, c.to
			for word := range strings.FieldsSeq(c.fail) {
				id, name, named := strings.Cut(word, "=")
				k := down
				if named {
					k, _ = llm.ClassNamed(name)
				}
				l.does[id] = times(forever, fail(k))
			}
			ask := call("a")
			if c.change != nil {
				c.change(l, ask)
			}
			_, err := l.ask(ask)
			if got := class(err); got != c.class {
				t.Errorf("got %v, want class %v", err, c.class)
			}
			if got := l.trail(); got != c.tried {
				t.Errorf("tried: got %q, want %q", got, c.tried)
			}
			if got, want := ask.Record.Fallbacks, len(l.tried)-1; got != want {
				t.Errorf("record: got %d fallbacks, want %d", got, want)
			}
		})
	}
}

// TestFallbackLeavesLists: what a call adds to its way on is its own: others
// read the same lists at the same time.
func TestFallbackLeavesLists(t *testing.T) {
	l := start("a: a; b: b; c: c")
	l.NumRetries = 0
	list := append(make([]string, 0, 4), "b")
	l.Fallbacks = map[string][]string{"a": list, "b": {"c"}}
	l.does["a"] = times(1, fail(llm.ServiceUnavailableError))
	l.does["b"] = times(1, fail(llm.ServiceUnavailableError))
	if from, err := l.ask(call("a")); from != "c" {
		t.Fatalf("got %q, %v, want c", from, err)
	}
	if got := list[:4]; !slices.Equal(got, []string{"b", "", "", ""}) {
		t.Errorf("the configured list was written to: %q", got)
	}
}

// TestRestingGroupIsLeftAtOnce: waiting for a group that rests is no use while
// there is another.
func TestRestingGroupIsLeftAtOnce(t *testing.T) {
	l := start("a: a1 a2; b: b")
	l.AllowedFails, l.NumRetries = 0, 1
	l.Fallbacks = map[string][]string{"a": {"b"}}
	l.does["a1"] = times(forever, fail(llm.RateLimitError, 30*time.Second))
	l.does["a2"] = times(forever, fail(llm.RateLimitError, 30*time.Second))
	for range 2 {
		l.fresh()
		if from, err := l.ask(call("a")); from != "b" || len(l.slept) > 0 {
			t.Fatalf("got %q, %v after sleeping %v, want b at once", from, err, l.slept)
		}
	}
	if got := l.trail(); got != "b" {
		t.Errorf("the second call tried %q, want b only: all of a rest", got)
	}
}
