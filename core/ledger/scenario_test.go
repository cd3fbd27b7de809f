package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// The times of a scenario. Clocks differ by less than the margin.
const (
	skew     = 10 // seconds, both ways
	estimate = 10
)

// explore plays one schedule and returns what was wrong with it.
func explore(seed uint64, ts *threads, log func(string, ...any)) *world {
	rng := rand.New(rand.NewPCG(seed, 0))
	w := &world{
		rng: rng, now: time.Date(2026, 11, 20, 23, 59, 40, 0, time.UTC), trace: 14695981039346656037,
		seen: map[store.Key]bool{}, newest: map[store.Key]int64{}, owners: map[string][]Budget{}, calls: map[store.Key]call{}, threads: ts, log: log,
		sticky: []float64{0, 0.5, 0.8, 0.9}[rng.IntN(4)], faults: []float64{0, 0.05, 0.1, 0.25}[rng.IntN(4)], kills: rng.IntN(3),
		patience: []time.Duration{15 * time.Second, time.Minute}[rng.IntN(2)],
	}
	w.store = memory.New(func() time.Time { return w.now })
	// Keys' own budgets and their team's, which is enough for two attempts, or
	// for two purses.
	w.purses = rng.IntN(2) == 0
	team := Budget{Scope: "T:1", Window: Window{Unit: Day}, Limit: 2*estimate + rng.Int64N(estimate), Version: 1}
	if w.purses {
		team.Limit *= 2
	}
	w.owners["T:1"] = []Budget{team}
	for _, scope := range []string{"K:0", "K:1"} {
		w.owners[scope] = []Budget{{Scope: scope, Window: Window{Unit: Week}, Limit: 2*estimate + rng.Int64N(estimate), Version: 1}}
	}
	twice := rng.IntN(8) == 0 // two processes get the same request
	for i := range 3 {
		request := i
		if twice && i == 2 {
			request = 1
		}
		p := w.process(i, 0)
		w.spawn(p, nil, func() { w.request(p, request) })
	}
	ahead := time.Duration(0)
	if w.honest = rng.IntN(2) == 0; !w.honest {
		ahead = time.Hour // who recovers thinks that everything is overdue
	}
	p := w.process(3, ahead)
	w.spawn(p, nil, func() { w.recoverer(p) })
	if rng.IntN(3) == 0 {
		owner := w.process(4, 0)
		w.spawn(owner, nil, func() { w.owner() })
	}
	w.run()
	w.recoverAll()
	return w
}

// process makes a process with a clock of its own.
func (w *world) process(id int, ahead time.Duration) *proc {
	ahead += time.Duration(w.rng.IntN(2*skew)-skew) * time.Second
	l := &Ledger{
		Store: link{w}, Now: func() time.Time { return w.now.Add(ahead) },
		each: w.each, pause: w.pause, nonce: w.nonce, perPurse: 2, share: 1,
		Drifted: func(_ context.Context, d Drift) { w.violation("%+v does not add up", d) },
	}
	if w.purses {
		l.hotAt = -1
	}
	return &proc{id: id, ledger: l}
}

// request is a process that serves one request: up to two attempts, of which
// the first may fail without being billed.
func (w *world) request(p *proc, n int) {
	ctx := context.Background()
	var tail [10]byte
	binary.BigEndian.PutUint64(tail[:], uint64(n))
	id := ID(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), tail)
	scopes := [][]string{{"T:1"}, {"K:0", "T:1"}, {"K:1", "T:1"}}[n%3]
	for attempt := 1; attempt <= 2; attempt++ {
		begun := p.ledger.Now()
		budgets, versions := make([]Budget, len(scopes)), make([]int, len(scopes))
		for i, scope := range scopes {
			versions[i] = len(w.owners[scope]) - 1
			budgets[i] = w.owners[scope][w.rng.IntN(versions[i]+1)] // as a cache has it
		}
		deadline := begun.Add(w.patience)
		h, err := p.ledger.Begin(ctx, Attempt{
			Request: id, N: attempt, Budgets: budgets, Estimate: estimate, Deadline: deadline,
			Current: func(context.Context) ([]Budget, error) { return w.limits(scopes) },
		})
		if err != nil {
			w.refusal(p, err)
			return
		}
		w.step()
		cost := w.rng.Int64N(estimate + 1)
		if fails := attempt == 1 && w.rng.IntN(4) == 0; fails {
			if _, err = h.Abandon(ctx, Facts{}); err != nil {
				return // its next attempt would not be allowed either
			}
			continue
		}
		key, _ := attemptRef(id, attempt).key()
		w.bill(key, begun, p.ledger.Now(), versions, budgets, cost)
		w.step()
		_, err = h.Settle(ctx, Outcome{Cost: cost})
		if err != nil {
			_, err = h.Settle(ctx, Outcome{Cost: cost})
		}
		if err == nil {
			c := w.calls[key]
			c.settled, c.intime = true, p.ledger.Now().Before(deadline)
			w.calls[key] = c
		}
		if !w.purses || w.rng.IntN(3) == 0 {
			return // with purses, another request's attempt is like one more of this
		}
	}
	_ = p.ledger.Close(ctx) // or the store fails
}

// refusal holds that an attempt that does not begin says why.
func (w *world) refusal(p *proc, err error) {
	var exceeded *Exceeded
	var unavailable *Unavailable
	switch {
	case errors.As(err, &exceeded):
		if exceeded.Left() >= estimate {
			w.violation("refused with %d left", exceeded.Left())
		}
	case errors.As(err, &unavailable), errors.Is(err, ErrDuplicate):
	default:
		w.violation("process %d: %v", p.id, err)
	}
}

// limits reads the limits from those who own them.
func (w *world) limits(scopes []string) ([]Budget, error) {
	w.step()
	var budgets []Budget
	for _, scope := range scopes {
		had := w.owners[scope]
		budgets = append(budgets, had[len(had)-1])
	}
	w.step()
	return budgets, nil
}

// owner changes the team's limit, once down or up.
func (w *world) owner() {
	w.step()
	next := w.owners["T:1"][0]
	next.Version++
	next.Limit = estimate + w.rng.Int64N(2*estimate)
	w.owners["T:1"] = append(w.owners["T:1"], next)
}

// recoverer reads the accounts, and so resolves what it finds overdue.
func (w *world) recoverer(p *proc) {
	for range 2 {
		for _, scope := range []string{"T:1", "K:1"} {
			_, _ = p.ledger.Spent(context.Background(), w.owners[scope][:1]) // or the store fails
		}
	}
}

// recoverAll lets everything arrive that is under way, and recovers until nothing is
// left, before and after.
func (w *world) recoverAll() {
	w.faults = 0
	w.log("  the end")
	p := w.process(5, 0)
	for range 2 {
		for n := w.rng.IntN(len(w.late) + 1); n > 0; n-- {
			w.arrive(w.rng.IntN(len(w.late)))
		}
		w.now = w.now.Add(2 * time.Hour)
		for i := 0; i < len(w.written); i++ { // recovery writes more of them
			if key := w.written[i]; key.PK[:2] == accountPrefix {
				if err := p.ledger.Recover(context.Background(), key); err != nil {
					w.violation("recover %s: %v", key.PK, err)
				}
			}
		}
	}
	w.checkEnd()
}
