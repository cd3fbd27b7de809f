package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/store"
)

// Outcome is how an attempt went.
type Outcome struct {
	Cost int64 // pico-dollars, 0 to MaxLimit
	// Unpriced says that nobody knows the cost. What was held is charged then.
	Unpriced bool
	Facts    Facts
}

// Settle says what the attempt cost: exactly once, whatever happens meanwhile
// and however often it is called. It takes five seconds at most, and goes on
// when the context is cancelled. Without an error the cost will not be lost;
// with one, it may be tried again.
//
// The alerts are those that nobody else will get.
func (h *Hold) Settle(ctx context.Context, o Outcome) ([]Alert, error) {
	if o.Cost < 0 || o.Cost > MaxLimit {
		return nil, fmt.Errorf("settle: a cost of %d pico-dollars, want 0 to 9e18", o.Cost)
	}
	return h.finish(ctx, Posted, o)
}

// Abandon says that the attempt cost nothing: the provider was not reached, or
// does not bill what it answered. Otherwise it is like Settle.
func (h *Hold) Abandon(ctx context.Context, f Facts) ([]Alert, error) {
	return h.finish(ctx, Void, Outcome{Facts: f})
}

func (h *Hold) finish(ctx context.Context, s State, o Outcome) ([]Alert, error) {
	if h.settled {
		return h.alerts, h.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	row, err := h.decide(ctx, s, &o)
	if err != nil {
		return nil, fmt.Errorf("settle: %w", err)
	}
	h.settled = true
	if State(row.Text(rowState)) == Lost {
		h.err = h.correct(ctx, o.Cost-row.Int(rowCost), o.Facts)
		return nil, h.err
	}
	items := h.ledger.postAll(ctx, h.holds, row.Int(rowCost))
	for i, item := range items {
		h.ledger.watch(ctx, h.holds[i].account, item)
		h.ledger.dropLate(ctx, h.ref, h.holds[i].account, item)
	}
	for i, account := range h.reuse(ctx, h.holds, h.purses, items) {
		h.alerts = append(h.alerts, h.ledger.announce(ctx, h.ref, h.budgets[i], account)...)
	}
	return h.alerts, nil
}

// decide gives the row its end, and returns the row as it is then: with this
// end, or with that of others who found it overdue.
func (h *Hold) decide(ctx context.Context, s State, o *Outcome) (store.Item, error) {
	set := o.Facts.attributes()
	w := store.Write{Key: h.key, Expires: h.ledger.expires()}
	if len(h.holds) == 0 {
		w.If = []store.Condition{{Attr: rowState, Op: store.Absent}}
	} else {
		if o.Unpriced {
			o.Cost = h.attempt.Estimate
		}
		if o.Cost > h.attempt.Estimate {
			set[rowOver] = int64(1)
		}
		// Absent where Begin gave up on a row that may come yet.
		w.If = []store.Condition{
			{Attr: rowState, Op: store.Equal, Value: string(Pending), OrAbsent: s == Void},
			{Attr: rowNonce, Op: store.Equal, Value: h.nonce, OrAbsent: s == Void},
		}
	}
	if o.Unpriced {
		set[rowUnpriced] = int64(1)
	}
	h.head(set, s)
	set[rowCost] = o.Cost
	h.ref.index(h.key, set, o.Facts.KeyHash)
	w.Set = fit(h.key, set)
	if err := h.ledger.sayLate(ctx, h.ref); err != nil {
		return nil, err
	}
	item, err := h.ledger.write(ctx, w, triesAfter)
	var refused *store.Refused
	if !errors.As(err, &refused) {
		return item, err
	}
	if refused.Item.Text(rowNonce) != h.nonce {
		return nil, ErrDuplicate
	}
	return refused.Item, nil
}

// reuse has the purses among accounts that were posted to used again, and
// returns the accounts that are none or above one, where those changed.
func (h *Hold) reuse(ctx context.Context, holds []hold, purses []*purse, items []store.Item) []store.Keyed {
	changed := make([]store.Keyed, len(holds))
	h.ledger.parallel(len(holds), func(i int) {
		_, account := splitAccount(holds[i].account)
		changed[i] = store.Keyed{Key: joinAccount("", account), Item: items[i]}
		if purses[i] != nil {
			changed[i].Item = h.ledger.putBack(ctx, changed[i].Key, purses[i], h.attempt.Estimate, items[i])
		}
	})
	return changed
}

// dropLate lets the attempt's other holds in an account go: tries that were
// thought to have failed, and came after one that had not.
func (l *Ledger) dropLate(ctx context.Context, r ref, key store.Key, account store.Item) {
	mine := holdPrefix + r.request + "/" + r.part + "/"
	for _, name := range holdNames(account) {
		if !strings.HasPrefix(name, mine) {
			continue
		}
		h := hold{account: key, name: name, value: account.Text(name)}
		var err error
		if h.amount, _, err = readHold(h.value); err == nil {
			_, _ = l.post(ctx, h, 0, 1) // else whoever finds it due
		}
	}
}
