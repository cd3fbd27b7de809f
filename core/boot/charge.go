package boot

import (
	"cmp"
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/callback"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// charge is what a try is charged to: accounts, and each as the ledger has it.
// Its zero value is nobody.
type charge struct {
	accounts []people.Account
	budgets  []ledger.Budget
	limited  bool // one of them may refuse it
}

// chargeOf is what a call is charged to: what is above all, and the accounts of
// its key, nil for none. An account that stops nobody costs as much as any other,
// so it counts only when somebody is told of it.
func (m *meter) chargeOf(g *people.Grant, call *llm.Call) charge {
	var to charge
	told := m.alerts.wants(callback.Budgets)
	add := func(a people.Account) {
		b, before := budgetOf(a), spentBefore(a)
		if a.Limit != nil {
			to.limited = true
			b.Limit = max(0, b.Limit-before) // what was spent elsewhere is gone for good
		}
		if told {
			for _, amount := range amounts(a, m.now()) {
				b.Alerts = append(b.Alerts, max(1, amount-before))
			}
		}
		to.accounts, to.budgets = append(to.accounts, a), append(to.budgets, b)
	}
	for _, a := range m.above(call.To) {
		add(a)
	}
	if g == nil {
		return to
	}
	model := cmp.Or(call.Model, call.To.ID) // what is passed on has no model
	for _, a := range g.Accounts {
		if (a.Model == "" || a.Model == model) && (a.Limit != nil || told) {
			add(a)
		}
	}
	return to
}

// grant is what a key gives its holder; nil for nobody's key.
func (r *rights) grant() *people.Grant {
	if r == nil {
		return nil
	}
	return r.Grant
}

// current is what a call is charged to now, unless its caller may not make it
// any more.
func (m *meter) current(ctx context.Context, call *llm.Call, key *rights) (charge, error) {
	if key == nil {
		return m.chargeOf(nil, call), nil
	}
	g, err := key.again(ctx)
	if err != nil {
		return charge{}, err
	}
	if g.Version != key.Version && call.Model != "" {
		if err := g.May(call.Model, key.groups(call.Model)); err != nil {
			return charge{}, err
		}
	}
	return m.chargeOf(g, call), nil
}

// begin holds what a try may cost in all that it is charged to.
func (m *meter) begin(ctx context.Context, call *llm.Call, key *rights, to charge, cost int64, facts ledger.Facts) (*llm.Call, attempt.Hold, error) {
	if m.silent && len(to.budgets) == 0 {
		return call, unmetered{}, nil
	}
	rec := call.Record
	if rec.SpendID == "" {
		rec.SpendID = ledger.NewID(m.now())
	}
	rec.Holds++
	m.names.conceal(ctx, &facts)
	a := ledger.Attempt{
		Request: rec.SpendID, N: rec.Holds, Budgets: to.budgets, Estimate: cost, Lost: m.lost(call, cost),
		Deadline: m.now().Add(longest), Facts: facts,
	}
	h := &metered{meter: m, call: call, to: to, facts: facts, most: cost}
	if len(to.budgets) > 0 && (to.limited || key != nil && key.stale) {
		a.Current = func(ctx context.Context) ([]ledger.Budget, error) {
			var err error
			h.to, err = m.current(ctx, call, key)
			return h.to.budgets, err
		}
	}
	var err error
	if h.hold, err = m.ledger.Begin(ctx, a); err != nil {
		return nil, nil, err
	}
	return call, h, nil
}

// beginSoft is begin for who has budgets that stop nobody: where the store does
// not count, the call is made all the same.
func (m *meter) beginSoft(ctx context.Context, call *llm.Call, key *rights, to charge, cost int64, facts ledger.Facts) (*llm.Call, attempt.Hold, error) {
	asked, hold, err := m.begin(ctx, call, key, to, cost, facts)
	var down *ledger.Unavailable
	if errors.As(err, &down) {
		asked, hold, err = m.begin(ctx, call, key, charge{}, 0, facts)
	}
	return asked, hold, err
}

// refused is the error of a try that could not begin, in its caller's words. Who
// is to hear of a budget that is used up does.
func (m *meter) refused(ctx context.Context, call *llm.Call, to charge, err error) error {
	var full *ledger.Exceeded
	if errors.As(err, &full) {
		m.alerts.refused(ctx, call, to.accounts, full)
	}
	return told(err)
}
