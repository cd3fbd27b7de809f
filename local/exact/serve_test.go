package exact

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// process is a gateway that lives until it comes to a call of the store where
// it is killed. Nothing of it reaches the store after that, or the upstream.
type process struct {
	gateway
	store *faults.Store
	life  context.Context
}

// begin starts a process, which is killed by some chance at each call.
func (c *crowd) begin(t *testing.T, chance float64) *process {
	life, die := context.WithCancel(context.WithoutCancel(t.Context()))
	p := &process{store: faults.New(c.net), life: life}
	t.Cleanup(die)
	p.store.At = func(at faults.Point) {
		if strings.HasPrefix(at.Key.PK, "A#") {
			c.accounts.Store(at.Key, true)
		}
		if c.sites.dies(at, chance) {
			p.store.Kill()
			die()
		}
	}
	parts := c.parts
	parts.Store = p.store
	p.gateway = c.gateway(t, parts)
	return p
}

// slot is where a process runs, and another when it has died.
type slot struct {
	mu sync.Mutex
	is *process
}

func (s *slot) process(t *testing.T, c *crowd) *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.is == nil || s.is.life.Err() != nil {
		s.is = c.begin(t, deadly)
	}
	return s.is
}

// serve sends the requests: as to functions, each of which answers one at a time,
// or as to eight machines.
func (c *crowd) serve(t *testing.T, seed uint64, requests int) {
	slots := make([]slot, workers)
	if seed%2 == 1 {
		slots = slots[:8]
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(requests); n = next.Add(1) {
				rng := rand.New(rand.NewPCG(seed, uint64(n)))
				c.request(slots[worker%len(slots)].process(t, c), rng, fmt.Sprintf("%d-%d", seed, n))
			}
		})
	}
	all.Wait()
}

// request sends one, unless its process dies in it: then nobody waits for it.
func (c *crowd) request(p *process, rng *rand.Rand, id string) {
	c.clock.Add(c.step.Microseconds())
	h := c.keys[rng.IntN(len(c.keys))]
	model := "mixed"
	switch rng.IntN(200) {
	case 0:
		model = "late"
	case 1, 2:
		model = "down"
	}
	ctx, leave, left := p.life, func() {}, rng.IntN(50) == 0
	if left { // amid whatever is done then
		ctx, leave = context.WithTimeout(p.life, time.Duration(rng.IntN(10_000))*time.Microsecond)
	}
	body, ended := question(model, id, rng.IntN(2) == 0, 100+rng.IntN(300)), make(chan struct{})
	c.dying.Go(func() {
		defer close(ended)
		defer leave()
		_, _, _ = post(ctx, p, "/v1/chat/completions", h.key, body) // what became of it, the logs tell
	})
	select {
	case <-ended:
	case <-p.life.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clients[id] = client{h.scopes, p.life.Err() != nil, left}
}

// drain spends what is left of the budgets that will not do, one request after
// the other, when nothing fails.
func (c *crowd) drain(t *testing.T) {
	g := c.gateway(t, c.parts)
	for i, h := range c.keys {
		if h.exhausted == "" {
			continue
		}
		for n, refused := 0, 0; refused < 2; n++ {
			c.clock.Add(2 * time.Second.Microseconds())
			id := fmt.Sprintf("drain-%d-%d", i, n)
			c.clients[id] = client{scopes: h.scopes}
			status, reply, err := post(t.Context(), g, "/v1/chat/completions", h.key, question("steady", id, false, 250))
			switch {
			case n > 10_000:
				t.Fatalf("key %d is never refused, want its budget exceeded", i)
			case err == nil && status == http.StatusOK:
				refused = 0
			case err == nil && status == http.StatusBadRequest && strings.Contains(string(reply), "budget_exceeded"):
				refused++
			default:
				t.Fatalf("got %d %s, %v, want an answer, or that the budget is exceeded", status, reply, err)
			}
		}
	}
}

// recover lets everything arrive, and time pass, and others finish what the dead
// began, though they die of it, too.
func (c *crowd) recover(t *testing.T) {
	c.net.Fault = nil
	c.faulty = c.net.Calls() - c.setup
	c.failed = c.faulty - c.net.Hits(faults.None)
	c.net.Land(t.Context())
	c.clock.Add(time.Hour.Microseconds())
	for range 100 {
		p := c.begin(t, patient)
		if c.sweep(p) == nil && p.life.Err() == nil {
			return
		}
	}
	t.Error("what was held is not free after 100 sweeps")
}

func (c *crowd) sweep(p *process) error {
	l := &ledger.Ledger{Store: p.store, Now: c.now}
	if _, err := l.Sweep(p.life, start); err != nil {
		return err
	}
	var failed error
	c.accounts.Range(func(key, _ any) bool {
		failed = l.Recover(p.life, key.(store.Key))
		return failed == nil
	})
	return failed
}

// check compares, and returns the least part of an exhausted budget that was
// spent.
func (c *crowd) check(t *testing.T, f *findings) float64 {
	rows := rowsOf(t, c.kept, start)
	billed := f.compare(c.books.read(t), rows, c.clients)
	spent := f.balance(t, c.kept, rows, billed, c.limit)
	least := 1.0
	for _, h := range c.keys {
		if h.exhausted != "" {
			least = min(least, float64(spent[h.exhausted])/float64(c.limit[h.exhausted]))
		}
	}
	return least
}
