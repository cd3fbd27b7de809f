package limit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// truth is what was let through, as the actors saw it.
type truth struct {
	mu       sync.Mutex
	requests map[string]int64 // by scope and minute
	tokens   map[string]int64
	holders  map[string][]holder
	wrong    []string
}

type holder struct {
	actor, n int
	until    time.Time
}

// through notes a request that was let through, and that no limit is passed.
func (t *truth) through(r limit.Request, asked time.Time, who holder) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range r.Scopes {
		at := minuteOf(s, asked)
		t.requests[at]++
		t.tokens[at] += r.Prompt + r.MaxTokens
		t.holders[s.ID] = append(slices.DeleteFunc(t.holders[s.ID], func(h holder) bool { return !h.until.After(time.Now()) }), who)
		if !who.until.After(time.Now()) {
			t.holders[s.ID] = t.holders[s.ID][:len(t.holders[s.ID])-1] // it was over before it began
		}
		if s.RPM > 0 && t.requests[at] > s.RPM || s.TPM > 0 && t.tokens[at] > s.TPM || s.Parallel > 0 && int64(len(t.holders[s.ID])) > s.Parallel {
			t.wrong = append(t.wrong, fmt.Sprintf("%s has %d requests, %d tokens and %d at a time, limits are %+v",
				at, t.requests[at], t.tokens[at], len(t.holders[s.ID]), s))
		}
	}
}

// over notes that a request ended, having used so many tokens.
func (t *truth) over(r limit.Request, asked time.Time, who holder, used int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range r.Scopes {
		t.tokens[minuteOf(s, asked)] += used - r.Prompt - r.MaxTokens
		t.holders[s.ID] = slices.DeleteFunc(t.holders[s.ID], func(h holder) bool { return h == who })
	}
}

func minuteOf(s limit.Scope, at time.Time) string {
	return fmt.Sprintf("%d#%s:%s", at.Unix()/60, s.Kind, s.ID)
}

// explore runs four actors in two processes through one schedule, and returns
// what went wrong.
func explore(t *testing.T, choose func(n int) int) (wrong []string) {
	keys := scopes(t, "api_key:a rpm=3 tpm=100 par=2; api_key:b rpm=2; team:t rpm=5 tpm=120 par=3")
	synctest.Test(t, func(t *testing.T) {
		s := &stage{Store: memory.New(time.Now), dead: map[int]bool{}, choose: choose}
		seen := &truth{requests: map[string]int64{}, tokens: map[string]int64{}, holders: map[string][]holder{}}
		processes := []*limit.Limiter{process(s), process(s)}
		if choose(2) == 0 {
			die(t, s.Store, keys[2])
		}
		var actors sync.WaitGroup
		running := 4
		for a := range running {
			actors.Go(func() {
				act(s, seen, processes[a%2], a, []limit.Scope{keys[a%2], keys[2]})
				s.mu.Lock()
				running--
				s.mu.Unlock()
			})
		}
		s.run(func() bool { s.mu.Lock(); defer s.mu.Unlock(); return running == 0 })
		actors.Wait()
		wrong = append(seen.wrong, seen.compare(s)...)
		wrong = append(wrong, healed(s.Store, keys[2])...)
	})
	return wrong
}

// die leaves a scope with all places taken by processes that died.
func die(t *testing.T, s store.Store, scope limit.Scope) {
	r := limit.Request{Scopes: []limit.Scope{{Kind: scope.Kind, ID: scope.ID, Parallel: scope.Parallel}}, Until: time.Now().Add(time.Second)}
	for range scope.Parallel {
		take(t, process(s), r, "ok")
	}
	time.Sleep(2 * time.Second)
}

func process(s store.Store) *limit.Limiter {
	return &limit.Limiter{Store: s, Now: time.Now, Sleep: func(_ context.Context, d time.Duration) error { time.Sleep(d); return nil }}
}

// act asks three times, one after the other.
func act(s *stage, seen *truth, l *limit.Limiter, actor int, limits []limit.Scope) {
	ctx := context.WithValue(context.Background(), actorKey{}, actor)
	for n := range 3 {
		asked := time.Now()
		r := limit.Request{Scopes: limits, Prompt: 20, MaxTokens: int64(10 * actor), Until: asked.Add(90 * time.Second)}
		lease, err := l.Take(ctx, r)
		if err != nil {
			continue
		}
		who := holder{actor, n, r.Until}
		seen.through(r, asked, who)
		if _, err := s.wait(ctx, store.Write{}); err != nil {
			return // died at work: what it took stays taken
		}
		used := int64(10 * n)
		seen.over(r, asked, who, used)
		_ = lease.Settle(ctx, llm.Usage{Known: true, In: used})
	}
}

// compare holds the counts against the truth: never less, and the same when
// nothing failed and no minute passed.
func (t *truth) compare(s *stage) (wrong []string) {
	for at, requests := range t.requests {
		item, err := s.Get(context.Background(), store.Key{PK: "RL#" + at, SK: "#"}, true)
		if errors.Is(err, store.ErrNotFound) {
			continue // long ago
		}
		counted := !strings.Contains(at, "api_key:b") // whose tokens nobody counts
		r, n := item.Int("r"), item.Int("t")
		if r < requests || counted && n < t.tokens[at] {
			wrong = append(wrong, fmt.Sprintf("%s: got %d requests and %d tokens counted of %d and %d", at, r, n, requests, t.tokens[at]))
		}
		if s.faults+s.waits == 0 && (r != requests || counted && n != t.tokens[at]) {
			wrong = append(wrong, fmt.Sprintf("%s: got %d requests and %d tokens counted, want %d and %d", at, r, n, requests, t.tokens[at]))
		}
	}
	return wrong
}

// healed: when every deadline has passed, all places can be taken again.
func healed(s store.Store, scope limit.Scope) (wrong []string) {
	time.Sleep(2 * time.Minute)
	scope.RPM, scope.TPM = 0, 0
	for n := range scope.Parallel + 1 {
		_, err := process(s).Take(context.Background(), limit.Request{Scopes: []limit.Scope{scope}})
		if full := n == scope.Parallel; (err != nil) != full {
			wrong = append(wrong, fmt.Sprintf("place %d of %d after all are dead: got %v", n+1, scope.Parallel, err))
		}
	}
	return wrong
}

// TestSchedules explores schedules drawn at random.
func TestSchedules(t *testing.T) {
	for seed := range uint64(1000) {
		if wrong := explore(t, rand.New(rand.NewPCG(seed, 5)).IntN); len(wrong) > 0 {
			t.Fatalf("seed %d:\n%s", seed, strings.Join(wrong, "\n"))
		}
	}
}

// TestInterleavings explores schedules that rapid makes smaller when one fails.
func TestInterleavings(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		choices := rapid.SliceOfN(rapid.IntRange(0, 1<<16), 0, 200).Draw(rt, "choices")
		next := 0
		wrong := explore(t, func(n int) int {
			if next++; next > len(choices) {
				return n - 1
			}
			return choices[next-1] % n
		})
		if len(wrong) > 0 {
			rt.Fatal(strings.Join(wrong, "\n"))
		}
	})
}
