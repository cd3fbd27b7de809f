package router_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

const ms = time.Millisecond

// TestRetry: one row is a group, what its deployments do, and the trail that a
// call leaves. Draws are 0, so a pause is half of its most.
func TestRetry(t *testing.T) {
	down := fail(llm.ServiceUnavailableError)
	for _, c := range []struct {
		name   string
		groups string
		does   map[string][]error
		change func(l *line, c *llm.Call)
		tried  string
		slept  []time.Duration
		class  llm.Class // 0: it went well
	}{
		{name: "well at once", groups: "m: a b", tried: "a"},
		{name: "another deployment without a pause", groups: "m: a b", does: map[string][]error{"a": {down}}, tried: "a b"},
		{name: "every deployment before any twice", groups: "m: a b c", does: map[string][]error{"a": {down}, "b": {down}}, tried: "a b c"},
		{
			name: "pauses double on the same deployment", groups: "m: a", does: map[string][]error{"a": times(forever, down)},
			change: func(l *line, _ *llm.Call) { l.NumRetries = 6 },
			tried:  "a a a a a a a", slept: []time.Duration{250 * ms, 500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 4000 * ms}, class: llm.ServiceUnavailableError,
		},
		{
			name: "jitter up to the whole pause", groups: "m: a", does: map[string][]error{"a": {down, down}},
			change: func(l *line, _ *llm.Call) { l.Random = func() float64 { return 0.5 } },
			tried:  "a a a", slept: []time.Duration{375 * ms, 750 * ms},
		},
		{
			name: "Retry-After is waited for", groups: "m: a", does: map[string][]error{"a": {fail(llm.RateLimitError, 3*time.Second)}},
			tried: "a a", slept: []time.Duration{3 * time.Second},
		},
		{
			name: "a short Retry-After does not shorten the pause", groups: "m: a", does: map[string][]error{"a": {fail(llm.RateLimitError, ms)}},
			tried: "a a", slept: []time.Duration{250 * ms},
		},
		{
			name: "a Retry-After of more than a minute is the caller's to wait", groups: "m: a", does: map[string][]error{"a": {fail(llm.RateLimitError, 61*time.Second)}},
			tried: "a", class: llm.RateLimitError,
		},
		{
			name: "the least pause of the configuration", groups: "m: a", does: map[string][]error{"a": {down}},
			change: func(l *line, _ *llm.Call) { l.RetryAfter = 2 * time.Second },
			tried:  "a a", slept: []time.Duration{2 * time.Second},
		},
		{name: "a wrong request is tried once", groups: "m: a b", does: map[string][]error{"a": {fail(llm.BadRequestError)}}, tried: "a", class: llm.BadRequestError},
		{name: "another deployment may know the key or the model", groups: "m: a b", does: map[string][]error{"a": {fail(llm.AuthenticationError)}}, tried: "a b"},
		{name: "a wrong key stays wrong", groups: "m: a", does: map[string][]error{"a": {fail(llm.AuthenticationError)}}, tried: "a", class: llm.AuthenticationError},
		{
			name: "none in the configuration", groups: "m: a b", does: map[string][]error{"a": {down}},
			change: func(l *line, _ *llm.Call) { l.NumRetries = 0 }, tried: "a", class: llm.ServiceUnavailableError,
		},
		{
			name: "the deployment's own number", groups: "m: a", does: map[string][]error{"a": times(forever, down)},
			change: func(l *line, _ *llm.Call) { l.member("a").NumRetries = ptr(1) },
			tried:  "a a", slept: []time.Duration{250 * ms}, class: llm.ServiceUnavailableError,
		},
		{
			name: "the caller's number wins", groups: "m: a b", does: map[string][]error{"a": {down}},
			change: func(l *line, c *llm.Call) { l.member("a").NumRetries, c.Options.NumRetries = ptr(5), ptr(0) },
			tried:  "a", class: llm.ServiceUnavailableError,
		},
		{
			name: "an error of no class is ours, and tried again", groups: "m: a b", does: map[string][]error{"a": {errors.New("odd")}},
			tried: "a b",
		},
		{
			name: "one specific deployment and no other", groups: "m: a b c", does: map[string][]error{"b": {down}},
			change: func(_ *line, c *llm.Call) { c.Options.Deployment = "b" },
			tried:  "b b", slept: []time.Duration{250 * ms},
		},
		{
			name: "a specific deployment that is not there", groups: "m: a",
			change: func(_ *line, c *llm.Call) { c.Options.Deployment = "z" }, class: llm.BadRequestError,
		},
		{
			name: "a specific deployment of a model that is not the caller's", groups: "m: a; n: z",
			change: func(_ *line, c *llm.Call) { c.Options.Deployment, c.Caller.Models = "z", []string{"m"} }, class: llm.BadRequestError,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := start(c.groups)
			for id, errs := range c.does {
				l.does[id] = errs
			}
			ask := call("m")
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
			if got, want := pauses(l.slept...), pauses(c.slept...); got != want {
				t.Errorf("slept: got %s, want %s", got, want)
			}
			if got, want := ask.Record.Retries, max(len(l.tried)-1, 0); got != want {
				t.Errorf("record: got %d retries, want %d", got, want)
			}
		})
	}
}

// TestCallerIsGone: nothing is tried for a caller who left, and the failure is
// not the deployment's.
func TestCallerIsGone(t *testing.T) {
	l := start("m: a b; other: c")
	l.AllowedFails = 0
	l.Fallbacks = map[string][]string{"*": {"other"}}
	ctx, cancel := context.WithCancel(context.Background())
	l.does["a"] = []error{fail(llm.APIConnectionError)}
	cancel()
	if _, err := l.askIn(ctx, call("m")); err == nil || l.trail() != "a" {
		t.Errorf("got %v after trying %q, want the error of a alone", err, l.trail())
	}
	l.fresh()
	if from, _ := l.ask(call("m")); from != "a" {
		t.Errorf("got %q, want a, which does not rest", from)
	}
}

// TestNoTimeToWait: a pause that ends after the caller's time is not begun.
func TestNoTimeToWait(t *testing.T) {
	l := start("m: a")
	l.does["a"] = times(forever, fail(llm.RateLimitError, 30*time.Second))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if _, err := l.askIn(ctx, call("m")); class(err) != llm.RateLimitError || len(l.slept) > 0 {
		t.Errorf("got %v after sleeping %v, want the rate limit at once", err, l.slept)
	}
}

// TestInterruptedPause: a caller who leaves during a pause ends the call.
func TestInterruptedPause(t *testing.T) {
	l := start("m: a")
	l.does["a"] = times(forever, fail(llm.ServiceUnavailableError))
	l.Sleep = func(context.Context, time.Duration) error { return context.Canceled }
	if _, err := l.ask(call("m")); class(err) != llm.ServiceUnavailableError || l.trail() != "a" {
		t.Errorf("got %v after %q, want the deployment's error after one try", err, l.trail())
	}
}

// TestCallIsNotChanged: retries and fallbacks work on copies.
func TestCallIsNotChanged(t *testing.T) {
	l := start("m: a; n: b")
	l.Fallbacks = map[string][]string{"m": {"n"}}
	l.does["a"] = times(forever, fail(llm.ServiceUnavailableError))
	c := call("m")
	if _, err := l.ask(c); err != nil {
		t.Fatal(err)
	}
	if c.Model != "m" || c.To != nil {
		t.Errorf("got model %q and deployment %v, want the call as it was", c.Model, c.To)
	}
}
