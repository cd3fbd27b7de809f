package exact

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/providers"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

const workers = 64

// crowd is one run: many requests at once, in gateways that fail and die.
type crowd struct {
	parts boot.Parts
	books *books
	kept  *memory.Store
	net   *faults.Store // between all gateways and what they keep
	sites *sites
	// Calls of the store before any failed, those after that, and how many did.
	setup, faulty, failed int
	keys                  []holder
	limit                 map[string]int64 // pico-dollars, by scope
	clock                 atomic.Int64     // microseconds since start
	step                  time.Duration    // of the clock, with each request

	accounts sync.Map // store.Key of each that a process came to

	mu      sync.Mutex
	clients map[string]client // by the name of the request
	dying   *sync.WaitGroup   // what is left of processes that died
}

// holder is a key, and who has it.
type holder struct {
	key       string
	scopes    []string // with budgets, in order
	exhausted string   // the one whose budget will not do; "": all will
}

// TestCrowd: 64 requests at a time, of which some die at any call of the store,
// through the whole gateway, over a store where 8 calls in 100 fail.
func TestCrowd(t *testing.T) {
	seeds, requests := size(t, "EXACT_SEEDS", 1), size(t, "EXACT_REQUESTS", 2000)
	caller := outbound.Client()
	t.Cleanup(caller.CloseIdleConnections)
	all, dying := &findings{}, &sync.WaitGroup{}
	t.Cleanup(dying.Wait)
	hit := newSites()
	least, calls, failed := 1.0, 0, 0
	for seed := range uint64(seeds) {
		c := newCrowd(t, caller, seed, requests)
		c.sites, c.dying = hit, dying
		c.serve(t, seed, requests)
		c.recover(t)
		c.drain(t)
		least = min(least, c.check(t, all))
		calls, failed = calls+c.faulty, failed+c.failed
	}
	out := t.Output()
	all.print(out)
	all.fail(t)
	fmt.Fprintf(out, "utilisation: %.2f %%\ncalls of the store that failed: %d of %d (%.1f %%)\n", least*100, failed, calls, 100*float64(failed)/float64(calls))
	if least < 0.99 {
		t.Errorf("got %.4f of a budget spent, want 0.99", least)
	}
	hit.print(t, out)
}

var start = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func (c *crowd) now() time.Time {
	return start.Add(time.Duration(c.clock.Load()) * time.Microsecond)
}

// newCrowd makes keys of two teams and of nobody, over budgets of which the
// first team's and the first key's will not do.
func newCrowd(t *testing.T, caller *http.Client, seed uint64, requests int) *crowd {
	t.Helper()
	c := &crowd{books: startUpstream(t), limit: map[string]int64{}, clients: map[string]client{}, step: 2000 * time.Second / time.Duration(requests)}
	c.kept = memory.New(c.now)
	c.net = faults.New(c.kept)
	read, problems, err := config.Parse("config.yaml", []byte(configuration(c.books.url)), config.Options{})
	if err != nil {
		t.Fatal(err, problems)
	}
	c.parts = boot.Parts{
		Config: read, Providers: providers.All(caller, caller, c.now), Now: c.now, Log: slog.New(slog.DiscardHandler), Store: c.net,
	}
	const each = 270_000_000 // about what a request costs
	n := max(int64(requests), 5000)
	g := c.gateway(t, c.parts)
	budget := func(scope string, pico int64) string {
		c.limit[scope] = pico
		return fmt.Sprintf(`"max_budget":%d.%012d`, pico/1e12, pico%1e12)
	}
	for id, pico := range map[string]int64{"small": n * each / 6, "large": 1e15} {
		administer(t, g, "/team/new", fmt.Sprintf(`{"team_id":%q,%s}`, id, budget("team/"+id, pico)))
	}
	administer(t, g, "/user/new", fmt.Sprintf(`{"user_id":"u",%s}`, budget("user/u", 1e15)))
	key := func(body string, h holder, pico int64, with string) {
		m := administer(t, g, "/key/generate", fmt.Sprintf(`{"key_alias":"k%d"%s%s}`, len(c.keys), body, with))
		h.key = m.Key
		if pico > 0 {
			c.limit["api_key/"+m.TokenID] = pico
			h.scopes = append([]string{"api_key/" + m.TokenID}, h.scopes...)
		}
		if h.exhausted == "own" {
			h.exhausted = "api_key/" + m.TokenID
		}
		c.keys = append(c.keys, h)
	}
	dollars := func(pico int64) string { return fmt.Sprintf(`,"max_budget":%d.%012d`, pico/1e12, pico%1e12) }
	small, large := []string{"team/small"}, []string{"team/large"}
	key(`,"team_id":"small"`, holder{scopes: small, exhausted: "team/small"}, n*each/6, dollars(n*each/6))
	key(`,"team_id":"small"`, holder{scopes: small, exhausted: "team/small"}, 0, "")
	key(`,"team_id":"large"`, holder{scopes: large, exhausted: "own"}, n*each/12, dollars(n*each/12)+`,"soft_budget":0.001`)
	key(`,"team_id":"large"`, holder{scopes: large}, 1e14, dollars(1e14)+`,"budget_duration":"30m"`)
	key(`,"user_id":"u"`, holder{scopes: []string{"user/u"}}, 0, "")
	key("", holder{}, 0, "")
	c.setup = c.net.Calls()
	c.net.Fault = faults.Seeded(seed, faults.Rates{Throttled: 0.03, LostBefore: 0.02, LostAfter: 0.02, Late: 0.01})
	return c
}

func (c *crowd) gateway(t *testing.T, p boot.Parts) gateway {
	t.Helper()
	app, err := boot.New(p)
	if err != nil {
		t.Fatal(err)
	}
	h, err := app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	return inside{h}
}
