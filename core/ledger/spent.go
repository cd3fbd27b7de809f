package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Spending is what a budget's account says. Amounts are pico-dollars.
type Spending struct {
	Budget Budget
	Spent  int64
	Held   int64     // for attempts that are not settled yet
	Resets time.Time // zero: never
}

// Spent reads the accounts of budgets as they are now, after resolving what is
// overdue in them. What was spent from purses counts. The error is an *Unavailable.
func (l *Ledger) Spent(ctx context.Context, budgets []Budget) ([]Spending, error) {
	at := l.Now()
	all, errs := make([]Spending, len(budgets)), make([]error, len(budgets))
	l.parallel(len(budgets), func(i int) {
		b := budgets[i]
		item, err := l.read(ctx, b.Account(at), triesBefore)
		if err == nil && l.overdue(item) {
			if err = l.resolve(ctx, b.Account(at), item); err == nil {
				item, err = l.read(ctx, b.Account(at), triesBefore)
			}
		}
		spent := item.Int(accSpent)
		for _, name := range holdNames(item) {
			if owner, bad := holdOwner(name); err == nil && bad == nil && owner.part == pursePart {
				var purse store.Item
				purse, err = l.read(ctx, purseKey(b.Account(at), owner.request), triesBefore)
				spent += purse.Int(accSpent)
			}
		}
		all[i], errs[i] = Spending{b, spent, item.Int(accCommitted) - spent, b.Window.Resets(at)}, err
	})
	if err := errors.Join(errs...); err != nil {
		return nil, &Unavailable{err}
	}
	return all, nil
}

// Affordable is how many units of a price there is room for beside a fixed
// cost, all in pico-dollars: the max_tokens that a budget with so much left can
// pay after the prompt. It is 0 when not even the fixed cost fits; units that
// cost nothing fit MaxLimit times.
func Affordable(left, fixed, price int64) int64 {
	switch {
	case fixed > left:
		return 0
	case price <= 0:
		return MaxLimit
	}
	return (left - fixed) / price
}
