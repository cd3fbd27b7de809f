package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

const (
	histories = 100
	clients   = 8
	each      = 16 // operations of a client
)

// asked is an operation on the one item of a history.
type asked struct {
	write store.Write
	read  bool
	last  bool // of its history
}

// answered is what was said of it.
type answered struct {
	item    store.Item // as written or read; of a refusal what it showed
	refused bool
	unknown bool // whether it happened
}

func testHistories(t *testing.T, s *suite) {
	for seed := range uint64(histories) {
		if err := Linearizable(t.Context(), s, s.key(), seed); err != nil {
			t.Error(err)
		}
	}
}

// Linearizable has clients work on one item, over a connection that loses and
// delays, and returns an error if what they were told is not what one after the
// other could have been told. The error has the seed, which is good for the
// faults and what clients ask, not for who comes first.
func Linearizable(ctx context.Context, s store.Store, key store.Key, seed uint64) error {
	net := faults.New(s)
	net.Fault = faults.Seeded(seed, faults.Rates{Throttled: 0.03, LostBefore: 0.01, LostAfter: 0.02, Late: 0.02, Slow: 0.3})
	net.Wait = func(context.Context) { runtime.Gosched() }
	var (
		mu      sync.Mutex
		history []porcupine.Operation
		failure error
		wg      sync.WaitGroup
		start   = time.Now()
	)
	ask := func(client int, over store.Store, in asked) (out answered) {
		call := time.Since(start)
		out, happened, err := answer(ctx, over, key, in)
		back := int64(time.Since(start))
		if out.unknown {
			back = math.MaxInt64 // it may still happen
		}
		mu.Lock()
		defer mu.Unlock()
		failure = errors.Join(failure, err)
		if happened {
			history = append(history, porcupine.Operation{ClientId: client, Input: in, Call: int64(call), Output: out, Return: back})
		}
		return out
	}
	for client := range clients {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(client)))
			var last answered
			var in asked
			for i := range each {
				if !last.unknown || r.IntN(2) == 0 { // else again
					in = draw(r, fmt.Sprintf("h#%d/%d", client, i), key)
				}
				last = ask(client, net, in)
			}
		})
	}
	wg.Wait()
	net.Land(ctx)
	if ask(clients, s, asked{read: true, last: true}); failure != nil {
		return failure
	}
	switch porcupine.CheckOperationsTimeout(itemModel(), history, time.Minute) {
	case porcupine.Ok:
		return nil
	case porcupine.Illegal:
		return fmt.Errorf("seed %d: no order of the %d operations explains what their clients were told", seed, len(history))
	default:
		return fmt.Errorf("seed %d: the history is too long to judge", seed)
	}
}

// answer asks the store. What a store was too busy for did not happen.
func answer(ctx context.Context, s store.Store, key store.Key, in asked) (out answered, happened bool, err error) {
	if in.read {
		item, err := s.Get(ctx, key, true)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			if in.last {
				return answered{}, false, fmt.Errorf("read the item at last: %w", err)
			}
			return answered{}, false, ctx.Err()
		}
		return answered{item: item}, true, nil
	}
	item, err := s.Write(ctx, in.write)
	refused := new(store.Refused)
	switch {
	case err == nil:
		return answered{item: item}, true, nil
	case errors.As(err, &refused):
		return answered{item: refused.Item, refused: true}, true, nil
	case errors.Is(err, store.ErrThrottled):
		return answered{}, false, ctx.Err()
	}
	return answered{unknown: true}, true, ctx.Err()
}

// draw is what a client asks next: what a ledger does to an account, and what
// an admin does to it.
func draw(r *rand.Rand, hold string, key store.Key) asked {
	const limit = 50
	amount := int64(1 + r.IntN(9))
	w := store.Write{Key: key}
	switch r.IntN(10) {
	case 0, 1, 2, 3:
		w.If = []store.Condition{{Attr: hold, Op: store.Absent}, {Attr: "cm", Op: store.AtMost, Value: limit - amount, OrAbsent: true}}
		w.Set, w.Add = store.Item{hold: amount}, map[string]int64{"cm": amount}
	case 4, 5:
		w.If = []store.Condition{{Attr: "cm", Op: store.AtLeast, Value: amount}}
		w.Add = map[string]int64{"cm": -amount, "ps": amount}
	case 6:
		w.If = []store.Condition{{Attr: "al", Op: store.Less, Value: amount, OrAbsent: true}}
		w.Set = store.Item{"al": amount}
	case 7:
		w.If = []store.Condition{{Attr: "ps", Op: store.More, Value: int64(20)}}
		w.Whole, w.Set = true, store.Item{"lim": amount}
	case 8:
		w.If = []store.Condition{{Attr: "lim", Op: store.Present}}
		w.Delete = true
	default:
		return asked{read: true}
	}
	return asked{write: w}
}

// state is an item as a history goes, and whether it is over.
type state struct {
	item store.Item
	over bool
}

// itemModel is an item for porcupine. What may have happened either did
// something before the end, or is put after it: taking it for something that
// changed nothing, at every moment of the history, would say the same again
// and again.
func itemModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return state{} },
		Equal: func(a, b any) bool {
			x, y := a.(state), b.(state)
			return x.over == y.over && same(x.item, y.item)
		},
		Step: func(s, input, output any) (bool, any) {
			was, in, out := s.(state), input.(asked), output.(answered)
			if in.read {
				return same(was.item, out.item), state{was.item, was.over || in.last}
			}
			if out.unknown && was.over {
				return true, was
			}
			is, refused, _ := next(in.write, was.item)
			if out.unknown {
				return !refused && !same(is, was.item), state{item: is}
			}
			return refused == out.refused && same(is, out.item), state{is, was.over}
		},
	}
}
