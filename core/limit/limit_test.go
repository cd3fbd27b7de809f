package limit_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// noon is the beginning of a minute.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// world is a store and a clock that only tests move, and counts what is asked
// of the store. fail, if not nil, is asked about each write first.
type world struct {
	*memory.Store
	clock  atomic.Int64 // since noon
	writes atomic.Int64
	fail   func(store.Write) error
}

func newWorld() *world {
	w := &world{}
	w.Store = memory.New(w.now)
	return w
}

func (w *world) now() time.Time       { return noon.Add(time.Duration(w.clock.Load())) }
func (w *world) pass(d time.Duration) { w.clock.Add(int64(d)) }

func (w *world) Write(ctx context.Context, write store.Write) (store.Item, error) {
	w.writes.Add(1)
	if w.fail != nil {
		if err := w.fail(write); err != nil {
			return nil, err
		}
	}
	return w.Store.Write(ctx, write)
}

// process is a Limiter of its own, as each process has one.
func (w *world) process() *limit.Limiter {
	return &limit.Limiter{Store: w, Now: w.now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

// scopes reads "api_key:k rpm=2 tpm=100; team:t par=1".
func scopes(t testing.TB, text string) []limit.Scope {
	t.Helper()
	var all []limit.Scope
	for one := range strings.SplitSeq(text, "; ") {
		name, limits, _ := strings.Cut(one, " ")
		var s limit.Scope
		s.Kind, s.ID, _ = strings.Cut(name, ":")
		for field := range strings.FieldsSeq(limits) {
			what, n, _ := strings.Cut(field, "=")
			value, err := strconv.ParseInt(n, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			*map[string]*int64{"rpm": &s.RPM, "tpm": &s.TPM, "par": &s.Parallel}[what] = value
		}
		all = append(all, s)
	}
	return all
}

// got is how a Take ended, in a word or two.
func got(err error) string {
	if refused, ok := errors.AsType[*limit.Limited](err); ok {
		return refused.Scope.Kind + " " + string(refused.Metric)
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}

// TestTake plays scripts. A step is "take a 30 20", a request with 30 tokens of
// prompt and 20 of max_tokens, which is known as a from then on; "settle a 10
// 5", which it used; "unknown a", whose provider did not say; or "pass 10s". A
// refused take is followed by what refused it.
func TestTake(t *testing.T) {
	for _, c := range []struct {
		name, limits, script string
		change               func(*limit.Limiter)
	}{
		{"requests", "team:t rpm=2", "take a, take b, take c: team requests", nil},
		{"begin again with the minute", "team:t rpm=2", "take a, take b, pass 59.999s, take c: team requests, pass 1ms, take d, take e, take f: team requests", nil},
		{"stay counted when they are over", "team:t rpm=1", "take a, settle a 0 0, take b: team requests", nil},
		{"nothing is let through below zero", "team:t rpm=-1", "take a: team requests", nil},
		{"nor are tokens", "team:t tpm=-1", "take a: team tokens", nil},
		{"nor any at a time", "team:t par=-1", "take a: team max_parallel_requests", nil},
		{"no limit", "team:t", "take a 1000000 1000000, take b, settle a 1 1", nil},

		{"tokens", "team:t tpm=100", "take a 60, take b 40, take c 1: team tokens", nil},
		{"that were asked for", "team:t tpm=100", "take a 60 40, take c: team tokens", nil},
		{"more than the whole limit", "team:t tpm=100", "take a 60 41: team tokens, take b 60 40", nil},
		{"more than there are numbers", "team:t tpm=100", "take a 9223372036854775807 9223372036854775807: team tokens", nil},
		{"a small one fits where a large one did not", "team:t tpm=100", "take a 60, take b 41: team tokens, take c 40", nil},
		{"not used", "team:t tpm=100", "take a 60 40, settle a 60 10, take b 30, take c 1: team tokens", nil},
		{"not used is given back once", "team:t tpm=100", "take a 60 40, settle a 10 0, settle a 10 0, take b 90, take c 1: team tokens", nil},
		{"known to be none", "team:t tpm=100", "take a 60 40, settle a 0 0, take b 100, take c 1: team tokens", nil},
		{"nobody knows how many", "team:t tpm=100", "take a 60, unknown a, take b 41: team tokens", nil},
		{"more than were reserved", "team:t tpm=100", "take a 60, settle a 60 39, take b 2: team tokens, take c 1", nil},
		{"far more than were reserved", "team:t tpm=100", "take a 60, settle a 60 6000, take b 1: team tokens, pass 60s, take c 100", nil},
		{"given back too late", "team:t tpm=100", "take a 100, pass 60s, take b 100, settle a 1 0, take c 1: team tokens", nil},
		{"more than were reserved, known a minute later", "team:t tpm=100", "take a 10, pass 60s, settle a 10 70, take b 31: team tokens, take c 30", nil},
		{"a request without any still is one", "team:t tpm=2", "take a, take b, take c: team tokens", nil},
		{"all that may come", "team:t tpm=1000", "take a 60, take b 30: team tokens, settle a 60 10, take c 30, take d: team tokens", strict},
		{"no more than asked for", "team:t tpm=1000", "take a 500 100, take b 300 100", strict},

		{"at a time", "team:t par=2", "take a, take b, take c: team max_parallel_requests, settle a 1 1, take c", nil},
		{"released once", "team:t par=2", "take a, take b, settle a 1 1, settle a 1 1, take c, take d: team max_parallel_requests", nil},
		{"released when nobody knows what was used", "team:t par=1", "take a, unknown a, take b", nil},
		{"at a time, however long", "team:t par=1", "take a, pass 5m, take b: team max_parallel_requests", nil},
		{"until the process is certainly dead", "team:t par=1", "take a, pass 959s, take b: team max_parallel_requests, pass 1s, take c, take d: team max_parallel_requests", nil},
		{"the dead release nothing of others", "team:t par=1", "take a, pass 16m, take b, settle a 1 1, take c: team max_parallel_requests", nil},

		{"all scopes", "api_key:k rpm=3; team:t rpm=2", "take a, take b, take c: team requests, pass 60s, take d, take e, take f: team requests", nil},
		{"requests and tokens of one scope", "team:t rpm=2 tpm=100", "take a 99, take b 2: team tokens, take c 1, take d: team requests", nil},
		{"everything of one scope", "team:t rpm=2 tpm=100 par=1", "take a 50, take b: team max_parallel_requests, settle a 50 0, take b 50, settle b 50 0, take c 1: team requests", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			l, limits := w.process(), scopes(t, c.limits)
			if c.change != nil {
				c.change(l)
			}
			leases := map[string]*limit.Lease{}
			for step := range strings.SplitSeq(c.script, ", ") {
				do, want, _ := strings.Cut(step, ": ")
				if want == "" {
					want = "ok"
				}
				var what, name string
				var in, out int64
				_, _ = fmt.Sscan(do, &what, &name, &in, &out)
				var err error
				switch what {
				case "take":
					leases[name], err = l.Take(t.Context(), limit.Request{Scopes: limits, Prompt: in, MaxTokens: out, Bound: 900})
				case "settle":
					err = leases[name].Settle(t.Context(), llm.Usage{Known: true, In: in, Out: out})
				case "unknown":
					err = leases[name].Settle(t.Context(), llm.Usage{})
				case "pass":
					d, invalid := time.ParseDuration(name)
					if invalid != nil {
						t.Fatal(invalid)
					}
					w.pass(d)
				default:
					t.Fatalf("no step %q", step)
				}
				if got := got(err); got != want {
					t.Fatalf("%s: got %s, want %s", do, got, want)
				}
			}
		})
	}
}

func strict(l *limit.Limiter) { l.Strict = true }

// TestTokens: what is counted, as LiteLLM does by token_rate_limit_type; what
// came from a provider's cache is not.
func TestTokens(t *testing.T) {
	used := llm.Usage{Known: true, In: 10, CacheRead: 1000, CacheWrite5m: 5, Out: 7}
	for _, c := range []struct {
		count         limit.Tokens
		reserved, now int64
	}{
		{limit.TotalTokens, 500, 22},
		{limit.InputTokens, 300, 15},
		{limit.OutputTokens, 200, 7},
		{"", 500, 22},
		{"unheard of", 500, 22},
	} {
		w := newWorld()
		l := w.process()
		l.Count = c.count
		lease, err := l.Take(t.Context(), limit.Request{Scopes: scopes(t, "team:t tpm=1000"), Prompt: 300, MaxTokens: 200})
		if err != nil {
			t.Fatal(err)
		}
		if got := 1000 - lease.Left()[0].Remaining; got != c.reserved {
			t.Errorf("%s: got %d tokens reserved, want %d", c.count, got, c.reserved)
		}
		if err := lease.Settle(t.Context(), used); err != nil {
			t.Fatal(err)
		}
		lease, err = l.Take(t.Context(), limit.Request{Scopes: scopes(t, "team:t tpm=1000")})
		if err != nil {
			t.Fatal(err)
		}
		if got := 1000 - lease.Left()[0].Remaining - 1; got != c.now {
			t.Errorf("%s: got %d tokens used, want %d", c.count, got, c.now)
		}
	}
}
