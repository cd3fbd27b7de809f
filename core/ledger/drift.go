package ledger

import (
	"context"

	"github.com/tollgate-llm/tollgate/store"
)

// Drift is an account that does not add up: what is committed is not what was
// spent and what is held. No write of this package leads there, so somebody else
// wrote the item, or a budget is not kept. Amounts are pico-dollars.
type Drift struct {
	Account                string // its item's PK
	Committed, Spent, Held int64
}

// watch tells of an account that does not add up, as it is after a write.
func (l *Ledger) watch(ctx context.Context, key store.Key, account store.Item) {
	if l.Drifted == nil || account == nil { // nobody knows how it is
		return
	}
	d := Drift{Account: key.PK, Committed: account.Int(accCommitted), Spent: account.Int(accSpent)}
	for _, name := range holdNames(account) {
		amount, _, err := readHold(account.Text(name))
		if err == nil { // what cannot be read is not held
			d.Held += amount
		}
	}
	if d.Committed != d.Spent+d.Held {
		l.Drifted(ctx, d)
	}
}
