package ledger

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// stress is many requests at once, in goroutines that nobody orders: what the
// schedules explore one by one, all together.
type stress struct {
	world
	mu      sync.Mutex // guards the world, but for its store
	net     *faults.Store
	seconds atomic.Int64
	billed  map[string]int64 // by scope
	limits  map[string]int64
	killed  atomic.Int64
	sites   sync.Map // calls at which a process was killed, by number and side
}

// watch is the store under the faults: it looks at every item that is written.
type watch struct{ *stress }

func (s watch) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	return s.store.Get(ctx, key, consistent)
}

func (s watch) Write(_ context.Context, w store.Write) (store.Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.apply(w)
}

func (s watch) Query(ctx context.Context, q store.Query) (store.Page, error) {
	return s.store.Query(ctx, q)
}

// TestStress: 64 requests at a time, of which one in eight dies somewhere, over
// a store where 8 calls in 100 fail. LEDGER_STRESS says how many requests and
// LEDGER_STRESS_SEEDS how often.
func TestStress(t *testing.T) {
	requests, seeds := 2000, 2
	for name, n := range map[string]*int{"LEDGER_STRESS": &requests, "LEDGER_STRESS_SEEDS": &seeds} {
		if v, err := strconv.Atoi(os.Getenv(name)); err == nil {
			*n = v
		}
	}
	for seed := range uint64(seeds) {
		s := newStress(seed, int64(requests))
		s.serve(t.Context(), seed, requests)
		s.net.Fault = nil
		s.recoverFrom(t.Context())
		s.checkEnd()
		for _, wrong := range s.wrong[:min(5, len(s.wrong))] {
			t.Errorf("seed %d: %s", seed, wrong)
		}
		account, err := s.store.Get(t.Context(), Budget{Scope: "T:0"}.Account(s.now), true)
		if spent := account.Int("ps"); err != nil || spent < s.limits["T:0"]*99/100 {
			t.Errorf("seed %d: %d of %d could be spent, %v, want 99 in 100", seed, spent, s.limits["T:0"], err)
		}
		sites := 0
		s.sites.Range(func(any, any) bool { sites++; return true })
		t.Logf("seed %d: %d requests, %d calls of the provider, %d kills at %d places, %d faults in %d calls of the store", seed,
			requests, len(s.calls), s.killed.Load(), sites, s.net.Calls()-s.net.Hits(faults.None), s.net.Calls())
	}
}

const mostCost = 1000

// newStress makes budgets of which the first team's and key's will not do.
func newStress(seed uint64, requests int64) *stress {
	s := &stress{billed: map[string]int64{}, limits: map[string]int64{}}
	s.world = world{
		now: date("2026-11-20 10:00:00"), seen: map[store.Key]bool{}, newest: map[store.Key]int64{},
		owners: map[string][]Budget{}, calls: map[store.Key]call{}, log: func(string, ...any) {},
	}
	s.store = memory.New(func() time.Time { return s.world.now })
	for scope, limit := range map[string]int64{"G": 1e9, "T:0": requests * mostCost / 16, "T:1": 1e9, "K:0": requests * mostCost / 40, "K:1": 1e9, "K:2": 1e9} {
		s.limits[scope] = limit
		s.owners[scope] = []Budget{{Scope: scope, Limit: limit}}
	}
	s.net = faults.New(watch{s})
	s.net.Fault = faults.Seeded(seed, faults.Rates{Throttled: 0.03, LostBefore: 0.02, LostAfter: 0.02, Late: 0.01})
	return s
}

// clock goes on a second with each request.
func (s *stress) clock() time.Time {
	return s.world.now.Add(time.Duration(s.seconds.Load()) * time.Second)
}

func (s *stress) serve(ctx context.Context, seed uint64, requests int) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for n := next.Add(1); n <= int64(requests); n = next.Add(1) {
				s.seconds.Add(1)
				s.request(ctx, rand.New(rand.NewPCG(seed, uint64(n))), uint64(n))
			}
		})
	}
	all.Wait()
}

// request is a process that serves one request, or dies in it.
func (s *stress) request(ctx context.Context, rng *rand.Rand, n uint64) {
	machine := faults.New(s.net)
	if dies, after := 1+rng.IntN(14), rng.IntN(2) == 0; rng.IntN(8) == 0 {
		machine.At = func(p faults.Point) {
			if p.Call >= dies && p.After == after {
				s.sites.Store(fmt.Sprint(p.Call, p.After), true)
				s.killed.Add(1)
				machine.Kill()
			}
		}
	}
	ledger := &Ledger{
		Store: machine, Now: s.clock, pause: func(context.Context, int) error { runtime.Gosched(); return nil },
		Drifted: func(_ context.Context, d Drift) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.violation("%+v does not add up", d)
		},
	}
	var tail [10]byte
	binary.BigEndian.PutUint64(tail[:], n)
	id := ID(s.clock(), tail)
	var budgets []Budget
	for _, scope := range []string{"G", fmt.Sprint("T:", rng.IntN(2)), fmt.Sprint("K:", rng.IntN(3))} {
		budgets = append(budgets, s.owners[scope][0])
	}
	estimate := 1 + rng.Int64N(mostCost)
	h, err := ledger.Begin(ctx, Attempt{Request: id, N: 1, Budgets: budgets, Estimate: estimate, Deadline: s.clock().Add(5 * time.Minute)})
	if err != nil {
		return
	}
	cost := rng.Int64N(estimate + 1)
	s.bill(h.key, budgets, cost)
	if _, err := h.Settle(ctx, Outcome{Cost: cost}); err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		c := s.calls[h.key]
		c.settled = true
		s.calls[h.key] = c
	}
}

// bill is the provider's side of a call.
func (s *stress) bill(row store.Key, budgets []Budget, cost int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[row] = call{cost: cost, times: 1}
	for _, b := range budgets {
		if s.billed[b.Scope] += cost; s.billed[b.Scope] > b.Limit {
			s.violation("the provider billed %s %d of %d", b.Scope, s.billed[b.Scope], b.Limit)
		}
	}
}

// recoverFrom lets everything arrive, and resolves what is left, twice.
func (s *stress) recoverFrom(ctx context.Context) {
	ledger := &Ledger{Store: s.net, Now: s.clock}
	for range 2 {
		s.net.Land(ctx)
		s.seconds.Add(3600)
		for scope := range s.owners {
			if err := ledger.Recover(ctx, Budget{Scope: scope}.Account(s.world.now)); err != nil {
				s.violation("recover %s: %v", scope, err)
			}
		}
	}
}
