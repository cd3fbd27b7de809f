package ledger

import (
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/store"
)

// Alert says that a scope has spent an amount that somebody wants to hear of.
type Alert struct {
	Scope  string
	Amount int64 // pico-dollars: the largest of Budget.Alerts that is reached
	Spent  int64 // pico-dollars
	Limit  int64 // pico-dollars
}

// announce returns the alert that an account is due, if nobody else got it.
func (l *Ledger) announce(ctx context.Context, by ref, b Budget, account store.Keyed) []Alert {
	spent := account.Item.Int(accSpent)
	var reached int64
	for _, amount := range b.Alerts {
		if amount <= spent {
			reached = max(reached, amount)
		}
	}
	if reached <= account.Item.Int(accAnnounced) {
		return nil
	}
	announcer := by.request + "/" + by.part
	item, err := l.write(ctx, store.Write{
		Key: account.Key, If: []store.Condition{{Attr: accAnnounced, Op: store.Less, Value: reached, OrAbsent: true}},
		Set: store.Item{accAnnounced: reached, accAnnouncer: announcer},
	}, triesAfter)
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		item, err = refused.Item, nil
	}
	if err != nil || item.Int(accAnnounced) != reached || item.Text(accAnnouncer) != announcer {
		return nil
	}
	return []Alert{{b.Scope, reached, spent, b.Limit}}
}
