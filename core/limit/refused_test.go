package limit_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// take takes, and fails the test unless that ends as wanted.
func take(t *testing.T, l *limit.Limiter, r limit.Request, want string) *limit.Lease {
	t.Helper()
	lease, err := l.Take(t.Context(), r)
	if got := got(err); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	return lease
}

// TestRefusedCountsNowhere: what a refused request took of other scopes is
// theirs again, also when the caller left meanwhile.
func TestRefusedCountsNowhere(t *testing.T) {
	w := newWorld()
	both := limit.Request{Scopes: scopes(t, "api_key:k rpm=5 tpm=500 par=5; team:t rpm=1"), Prompt: 100}
	key := limit.Request{Scopes: both.Scopes[:1], Prompt: 100}
	first := take(t, w.process(), both, "ok")
	for range 10 { // each in a process that has not been told yet
		take(t, w.process(), both, "team requests")
	}
	ctx, leave := context.WithCancel(t.Context())
	w.fail = func(write store.Write) error {
		if kind(write) == "back" {
			leave()
		}
		return nil
	}
	if _, err := w.process().Take(ctx, both); got(err) != "team requests" || ctx.Err() == nil {
		t.Fatalf("got %v (the caller: %v), want a refusal of one who left", err, ctx.Err())
	}
	w.fail = nil
	for range 4 {
		take(t, w.process(), key, "ok")
	}
	take(t, w.process(), key, "api_key requests")
	if err := first.Settle(t.Context(), llm.Usage{}); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	take(t, w.process(), key, "ok")
}

// TestLoopWritesNothing: a second of one process's refusals is one question.
func TestLoopWritesNothing(t *testing.T) {
	for _, limits := range []string{"team:t rpm=1", "team:t tpm=1", "team:t par=1"} {
		w := newWorld()
		l, r := w.process(), limit.Request{Scopes: scopes(t, limits+"; api_key:k rpm=1000000")}
		take(t, l, r, "ok")
		want := got(func() error { _, err := l.Take(t.Context(), r); return err }())
		for _, c := range []struct {
			name   string
			after  time.Duration
			writes int64
		}{{"within the second", 999 * time.Millisecond, 0}, {"after it", time.Millisecond, 3}} {
			w.pass(c.after)
			before := w.writes.Load()
			for range 100 {
				take(t, l, r, want)
			}
			if got := w.writes.Load() - before; got != c.writes { // the refused one, the other scope's and its return
				t.Errorf("%s: %s: got %d writes of 100 refused requests, want %d", limits, c.name, got, c.writes)
			}
		}
	}
}

// TestRefusalFollowsLimits: one that is remembered binds nobody whose limit was
// raised, and nobody of another scope.
func TestRefusalFollowsLimits(t *testing.T) {
	w := newWorld()
	l := w.process()
	take(t, l, limit.Request{Scopes: scopes(t, "team:t rpm=1")}, "ok")
	take(t, l, limit.Request{Scopes: scopes(t, "team:t rpm=1")}, "team requests")
	take(t, l, limit.Request{Scopes: scopes(t, "team:t rpm=2")}, "ok")
	take(t, l, limit.Request{Scopes: scopes(t, "team:u rpm=1")}, "ok")
	take(t, l, limit.Request{Scopes: scopes(t, "user:t rpm=1")}, "ok")
	long := strings.Repeat("x", 5000) // longer than any store's keys
	take(t, l, limit.Request{Scopes: []limit.Scope{{Kind: "end_user", ID: long + "a", RPM: 1, Parallel: 1}}}, "ok")
	take(t, l, limit.Request{Scopes: []limit.Scope{{Kind: "end_user", ID: long + "b", RPM: 1, Parallel: 1}}}, "ok")
	take(t, l, limit.Request{Scopes: []limit.Scope{{Kind: "end_user", ID: long + "a", RPM: 1}}}, "end_user requests")
}

// TestSaid: what callers read, by the names of LiteLLM 1.81.15
// (litellm/proxy/hooks/parallel_request_limiter_v3.py).
func TestSaid(t *testing.T) {
	w := newWorld()
	w.pass(10400 * time.Millisecond)
	l := w.process()
	both := limit.Request{Scopes: scopes(t, "api_key:k rpm=2 par=3; team:t rpm=9 tpm=100"), Prompt: 40}
	lease := take(t, l, both, "ok")
	header(t, lease.Header(), `
		X-Ratelimit-Api_key-Limit-Max_parallel_requests: 3
		X-Ratelimit-Api_key-Limit-Requests: 2
		X-Ratelimit-Api_key-Remaining-Max_parallel_requests: 2
		X-Ratelimit-Api_key-Remaining-Requests: 1
		X-Ratelimit-Limit-Requests: 2
		X-Ratelimit-Limit-Tokens: 100
		X-Ratelimit-Remaining-Requests: 1
		X-Ratelimit-Remaining-Tokens: 60
		X-Ratelimit-Reset-Requests: 50s
		X-Ratelimit-Reset-Tokens: 50s
		X-Ratelimit-Team-Limit-Requests: 9
		X-Ratelimit-Team-Limit-Tokens: 100
		X-Ratelimit-Team-Remaining-Requests: 8
		X-Ratelimit-Team-Remaining-Tokens: 60`)
	both.Prompt = 61
	for _, c := range []struct {
		limits, message, headers string
		after                    time.Duration
	}{
		{
			"team:t tpm=100", "Rate limit exceeded for team: t. Limit type: tokens. Current limit: 100, Remaining: 60. Limit resets at: 2026-01-02 12:01:00 UTC",
			`Rate_limit_type: tokens
			Reset_at: 2026-01-02 12:01:00 UTC
			X-Ratelimit-Limit-Tokens: 100
			X-Ratelimit-Remaining-Tokens: 60
			X-Ratelimit-Reset-Tokens: 50s
			X-Ratelimit-Team-Limit-Tokens: 100
			X-Ratelimit-Team-Remaining-Tokens: 60`, 49600 * time.Millisecond,
		},
		{
			"team:t rpm=1", "Rate limit exceeded for team: t. Limit type: requests. Current limit: 1, Remaining: 0. Limit resets at: 2026-01-02 12:01:00 UTC",
			`Rate_limit_type: requests
			Reset_at: 2026-01-02 12:01:00 UTC
			X-Ratelimit-Limit-Requests: 1
			X-Ratelimit-Remaining-Requests: 0
			X-Ratelimit-Reset-Requests: 50s
			X-Ratelimit-Team-Limit-Requests: 1
			X-Ratelimit-Team-Remaining-Requests: 0`, 49600 * time.Millisecond,
		},
		{
			"api_key:k par=1", "Rate limit exceeded for api_key: k. Limit type: max_parallel_requests. Current limit: 1, Remaining: 0. Limit resets at: 2026-01-02 12:00:11 UTC",
			`Rate_limit_type: max_parallel_requests
			Reset_at: 2026-01-02 12:00:11 UTC
			X-Ratelimit-Api_key-Limit-Max_parallel_requests: 1
			X-Ratelimit-Api_key-Remaining-Max_parallel_requests: 0`, time.Second,
		},
		{
			"team:t tpm=60", "Rate limit exceeded for team: t. Limit type: tokens. Current limit: 60, Remaining: 60. Limit resets at: 2026-01-02 12:01:00 UTC. This request alone needs 61 tokens: its prompt and max_tokens must be smaller",
			`Rate_limit_type: tokens
			Reset_at: 2026-01-02 12:01:00 UTC
			X-Ratelimit-Limit-Tokens: 60
			X-Ratelimit-Remaining-Tokens: 60
			X-Ratelimit-Reset-Tokens: 50s
			X-Ratelimit-Team-Limit-Tokens: 60
			X-Ratelimit-Team-Remaining-Tokens: 60`, 49600 * time.Millisecond,
		},
	} {
		_, err := l.Take(t.Context(), limit.Request{Scopes: scopes(t, c.limits), Prompt: 61})
		refused, ok := errors.AsType[*limit.Limited](err)
		told, isTold := errors.AsType[*llm.Error](err)
		if !ok || !isTold || !errors.Is(err, llm.RateLimitError) {
			t.Errorf("%s: got %v, want a refusal that a caller can be told", c.limits, err)
			continue
		}
		if told.Message != c.message || told.RetryAfter != c.after {
			t.Errorf("%s: got %q after %s\nwant %q after %s", c.limits, told.Message, told.RetryAfter, c.message, c.after)
		}
		header(t, refused.Header(), c.headers)
	}
}

// header compares a header with lines in the order of their names.
func header(t *testing.T, h map[string][]string, want string) {
	t.Helper()
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		lines = append(lines, fmt.Sprintf("%s: %s", name, strings.Join(h[name], ", ")))
	}
	if got, want := strings.Join(lines, "\n"), strings.ReplaceAll(strings.TrimSpace(want), "\t", ""); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
