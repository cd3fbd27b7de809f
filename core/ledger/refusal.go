package ledger

import (
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// refusal is what is remembered of an account that had no room, so that a
// caller who asks again and again costs nothing.
type refusal struct {
	version int64
	amount  int64 // the smallest that was refused
	until   time.Time
	err     *Exceeded
}

const (
	refusalTime = time.Second
	maxRefusals = 1000
)

// remembered returns the refusal that a claim would meet again.
func (l *Ledger) remembered(c *claim) *Exceeded {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.refused[c.account]
	if !ok || c.budget.Version != r.version || c.amount < r.amount || !l.Now().Before(r.until) {
		return nil
	}
	return r.err
}

// remember keeps a refusal for a second.
func (l *Ledger) remember(c *claim, err *Exceeded) {
	now := l.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refused == nil || len(l.refused) >= maxRefusals {
		l.refused = map[store.Key]refusal{}
	}
	r := refusal{version: c.budget.Version, amount: c.amount, until: now.Add(refusalTime), err: err}
	if old, ok := l.refused[c.account]; ok && old.version == r.version && now.Before(old.until) && old.amount < r.amount {
		r.amount, r.until = old.amount, old.until // what was too much is that still
	}
	l.refused[c.account] = r
}
