package ledger

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// hotTime is how long an account counts as hot after so many attempts were held
// in it at once that its item costs more than one unit to write.
const (
	hotTime  = time.Minute
	hotHolds = 16
	maxHot   = 1000 // accounts
)

// observe notes how many hold something in an account.
func (l *Ledger) observe(account store.Key, item store.Item) {
	if int64(len(holdNames(item))) < cmp.Or(l.hotAt, hotHolds) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hot == nil || len(l.hot) >= maxHot {
		l.hot = map[store.Key]time.Time{}
	}
	l.hot[account] = l.Now().Add(hotTime)
}

func (l *Ledger) isHot(account store.Key) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hotAt < 0 || l.Now().Before(l.hot[account])
}

// idle takes a purse of this process that the claim fits into. Those that will
// be due too early, or were opened under another limit, go: the ones are closed
// by whoever finds them, the others must not be spent from.
func (l *Ledger) idle(c *claim) *purse {
	l.mu.Lock()
	defer l.mu.Unlock()
	have := l.purses[c.account]
	for i := len(have) - 1; i >= 0; i-- {
		p := have[i]
		if p.version == c.budget.Version && p.due >= c.due && p.slice-p.spent >= c.amount {
			l.purses[c.account] = append(have[:i:i], have[i+1:]...)
			return p
		}
	}
	return nil
}

// putBack lets a purse be used again, after something was settled in it. One
// with little left is closed; then the account above it is returned.
func (l *Ledger) putBack(ctx context.Context, account store.Key, p *purse, estimate int64, item store.Item) store.Item {
	if item == nil || item.Int(accCommitted) != item.Int(accSpent) {
		return nil // nobody knows what is in it, or something came late
	}
	if p.spent = item.Int(accSpent); p.slice-p.spent < estimate {
		above, _ := l.closePurse(ctx, p) // or whoever finds it due
		return above
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.purses == nil {
		l.purses = map[store.Key][]*purse{}
	}
	now := l.Now().Unix()
	for key, have := range l.purses { // of windows that have passed, too
		if len(have) > 0 && have[len(have)-1].due < now {
			delete(l.purses, key)
		}
	}
	l.purses[account] = append(l.purses[account], p)
	return nil
}

// closeIdle closes the purses of an account that this process does not use just
// now, and reports whether there were any.
func (l *Ledger) closeIdle(ctx context.Context, account store.Key) bool {
	l.mu.Lock()
	have := l.purses[account]
	delete(l.purses, account)
	l.mu.Unlock()
	l.parallel(len(have), func(i int) { _, _ = l.closePurse(ctx, have[i]) })
	return len(have) > 0
}

// Close gives back what this process has set aside and does not use. Without it
// that is found when it is overdue, minutes later. It is for a process that
// ends; attempts that are not settled yet are no concern of it.
func (l *Ledger) Close(ctx context.Context) error {
	l.mu.Lock()
	var all []*purse
	for _, have := range l.purses {
		all = append(all, have...)
	}
	l.purses = nil
	l.mu.Unlock()
	slices.SortFunc(all, func(a, b *purse) int { return cmp.Compare(a.key.PK, b.key.PK) })
	errs := make([]error, len(all))
	l.parallel(len(all), func(i int) { _, errs[i] = l.closePurse(ctx, all[i]) })
	return errors.Join(errs...)
}
