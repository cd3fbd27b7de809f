package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// world is everything outside the ledger: a store that fails, clocks, the
// provider's own books, those who own the limits, and who may go on when.
// Every choice is made by one seeded generator, so a seed is a schedule.
type world struct {
	rng      *rand.Rand
	now      time.Time
	store    *memory.Store
	late     []store.Write // said to have failed, and still under way
	written  []store.Key   // every key, in the order of its first write
	seen     map[store.Key]bool
	newest   map[store.Key]int64 // version of the limit that an account knows
	owners   map[string][]Budget // each limit that a scope has had
	calls    map[store.Key]call  // what the provider was asked and billed, by row
	threads  *threads
	routines []*routine
	current  *routine
	last     *routine
	sticky   float64 // how often the routine that ran goes on
	faults   float64 // how often a call to the store fails
	kills    int     // processes that may still die
	purses   bool    // are used for everything
	honest   bool    // no clock is off by more than the margin
	died     int
	nonces   int
	steps    int
	patience time.Duration // of an attempt, to its deadline
	trace    uint64        // a hash of all choices
	log      func(format string, args ...any)
	wrong    []string
}

// call is one answer of the provider.
type call struct {
	cost    int64
	times   int
	settled bool // its process was told that the cost is safe
	intime  bool // and that before its deadline
}

var errFault = errors.New("connection reset")

func (w *world) violation(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// choose notes a choice in the trace.
func (w *world) choose(what uint64) {
	w.trace = (w.trace ^ what) * 1099511628211 // FNV's prime
}

// run lets the routines go on until all have ended or died.
func (w *world) run() {
	for len(w.wrong) == 0 {
		var ready []*routine
		for _, r := range w.routines {
			if !r.done && r.waiting == 0 {
				ready = append(ready, r)
			}
		}
		if len(ready) == 0 {
			break
		}
		if w.steps++; w.steps > 5000 {
			w.violation("it does not end")
			break
		}
		w.happen(ready)
	}
	for _, r := range w.routines {
		w.end(r)
	}
	w.current = nil
}

// happen does the next thing.
func (w *world) happen(ready []*routine) {
	switch chance := w.rng.Float64(); {
	case chance < 0.1 && len(w.late) > 0:
		w.choose(1000)
		w.arrive(w.rng.IntN(len(w.late)))
	case chance >= 0.1 && chance < 0.115:
		w.choose(2000)
		pass := time.Duration(w.rng.IntN(20)) * time.Second
		if w.rng.IntN(8) == 0 {
			pass = w.patience + time.Minute // longer than anybody waits for an attempt
		}
		w.now = w.now.Add(pass)
	case chance >= 0.115 && chance < 0.13 && w.kills > 0:
		r := ready[w.rng.IntN(len(ready))]
		w.choose(3000 + r.id)
		w.log("    kill %d", r.proc.id)
		w.kills--
		w.died++
		w.kill(r.proc)
	default:
		r := w.last
		if r == nil || r.done || r.waiting > 0 || w.rng.Float64() >= w.sticky {
			r = ready[w.rng.IntN(len(ready))]
		}
		w.choose(r.id)
		w.last = r
		w.resume(r)
	}
}

// arrive lets a write happen that was thought to have failed.
func (w *world) arrive(i int) {
	late := w.late[i]
	w.late = slices.Delete(w.late, i, i+1)
	w.log("    arrives late:")
	_, _ = w.apply(late) // nobody waits for the answer
}

// apply does a write, and looks at what it made.
func (w *world) apply(wr store.Write) (store.Item, error) {
	item, err := w.store.Write(context.Background(), wr)
	w.log("      %s %s set %v add %v remove %v: %v", wr.Key.PK, wr.Key.SK, wr.Set, wr.Add, wr.Remove, err)
	if err != nil {
		return nil, err
	}
	if !w.seen[wr.Key] {
		w.seen[wr.Key] = true
		w.written = append(w.written, wr.Key)
	}
	if wr.Key.PK[0] != 'R' && wr.Key.PK != latePartition {
		w.checkAccount(wr.Key, item)
	}
	return item, nil
}

// link is the store as a process sees it.
type link struct{ *world }

// fate is how a call to the store ends.
type fate uint64

const (
	done fate = iota
	throttled
	lostBefore // it fails, and nothing was done
	lostAfter  // it fails, and all was done
	delayed    // it fails, and is done later
)

func (w *world) fate() fate {
	f := done
	if w.rng.Float64() < w.faults {
		f = fate(1 + w.rng.IntN(4))
	}
	w.choose(4000 + uint64(f))
	return f
}

// Write implements store.Store.
func (l link) Write(_ context.Context, wr store.Write) (store.Item, error) {
	l.step()
	item, err := l.try(wr)
	l.step()
	return item, err
}

func (l link) try(wr store.Write) (store.Item, error) {
	f := l.fate()
	if l.current != nil {
		l.log("    process %d, routine %d, fate %d:", l.current.proc.id, l.current.id, f)
	}
	switch f {
	case throttled:
		return nil, store.ErrThrottled
	case lostBefore:
		return nil, errFault
	case lostAfter:
		_, _ = l.apply(wr)
		return nil, errFault
	case delayed:
		l.late = append(l.late, wr)
		return nil, errFault
	}
	return l.apply(wr)
}

// Get implements store.Store.
func (l link) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	l.step()
	if f := l.fate(); f != done {
		return nil, errFault
	}
	item, err := l.store.Get(ctx, key, consistent)
	l.step()
	return item, err
}

// Query implements store.Store.
func (l link) Query(ctx context.Context, q store.Query) (store.Page, error) {
	return l.store.Query(ctx, q)
}

// pause is Ledger.pause: others go on meanwhile.
func (w *world) pause(context.Context, int) error {
	w.step()
	return nil
}

func (w *world) nonce() string {
	w.nonces++
	return fmt.Sprint("n", w.nonces)
}
