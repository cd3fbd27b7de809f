package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/store"
)

// Adjustment changes what budgets say was spent: a correction, a spend taken
// over from elsewhere, a budget set back.
type Adjustment struct {
	Request string // an id of NewID, of its own
	Budgets []Budget
	// Cost is added to what was spent, in pico-dollars: -MaxLimit to MaxLimit.
	Cost  int64
	Facts Facts
}

// Adjust makes an adjustment: a row of the spend log, posted to every budget
// whatever its limit. The error is an *Unavailable, ErrDuplicate, or says what
// is wrong with the adjustment.
func (l *Ledger) Adjust(ctx context.Context, a Adjustment) error {
	err := Attempt{N: 1, Budgets: a.Budgets}.valid()
	if err == nil && (a.Cost < -MaxLimit || a.Cost > MaxLimit) {
		err = fmt.Errorf("a cost of %d pico-dollars, want -9e18 to 9e18", a.Cost)
	}
	if err == nil {
		_, err = Began(a.Request)
	}
	if err != nil {
		return fmt.Errorf("adjust: %w", err)
	}
	at := l.Now()
	var claims []*claim
	for _, b := range a.Budgets {
		claims = append(claims, &claim{account: b.Account(at), resets: b.Window.Resets(at)})
	}
	return l.adjust(ctx, ref{a.Request, "00"}.adjustment(), claims, a.Cost, a.Facts)
}

// correct is for who comes back to an attempt that was called lost: the
// difference to what it was charged is a row of its own.
func (h *Hold) correct(ctx context.Context, difference int64, f Facts) error {
	var claims []*claim
	for _, held := range h.holds {
		_, account := splitAccount(held.account) // a purse may be closed by now
		claims = append(claims, &claim{account: joinAccount("", account)})
	}
	return h.ledger.adjust(ctx, h.ref.adjustment(), claims, difference, f)
}

// adjust posts a cost that nothing was held for. Holds of nothing make it like
// any other: what its row decides, anybody can post, and only once.
func (l *Ledger) adjust(ctx context.Context, r ref, claims []*claim, cost int64, f Facts) error {
	key, err := r.key()
	if err != nil {
		return err
	}
	h := &Hold{ledger: l, ref: r, key: key, nonce: l.random(), due: l.Now().Add(settleTime + l.margin()).Unix()}
	for _, c := range claims {
		c.ref, c.due, c.nonce, c.free = r, h.due, h.nonce, true
	}
	_, errs, _ := h.takeAll(ctx, claims)
	if err := errors.Join(errs...); err != nil {
		h.release(ctx, errs)
		return &Unavailable{err}
	}
	set := f.attributes()
	h.head(set, Posted)
	set[rowCost] = cost
	r.index(key, set, f.KeyHash)
	if err := l.sayLate(ctx, r); err != nil {
		h.release(ctx, make([]error, len(h.holds)))
		return &Unavailable{err}
	}
	_, err = l.write(ctx, store.Write{
		Key: key, If: []store.Condition{{Attr: rowState, Op: store.Absent}}, Set: fit(key, set), Expires: l.expires(),
	}, triesAfter)
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		if refused.Item.Text(rowNonce) != h.nonce {
			h.release(ctx, make([]error, len(h.holds)))
			return ErrDuplicate
		}
		err = nil
	}
	if err != nil {
		return &Unavailable{err}
	}
	l.postAll(ctx, h.holds, cost)
	return nil
}
