package people

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/store"
)

// Labels are the budgets that an operator gives customers and tags beside those
// that they have.
type Labels struct {
	Customer *Dollars            // max_end_user_budget: of each customer without a budget of its own
	Takes    string              // max_end_user_budget_id: the Budget of such a customer; "": none
	Tags     map[string]Spending // tag_budget_config
}

// label is what a request is under because of what it says: its customer, its
// tags.
type label struct {
	customer *Customer // nil for a tag
	accounts []Account
	rates    []Rate
	until    time.Time
}

// With is a grant together with the budgets and limits of a request's customer
// ("user", "" for none) and tags. Those that are not kept have none. Errors are
// *llm.Error: that the customer is blocked, or that the store failed.
func (a *Authority) With(ctx context.Context, g *Grant, customer string, tags []string) (*Grant, error) {
	var pks []string
	if customer != "" {
		switch err := checkID("user", customer); {
		case err == nil:
			pks = append(pks, customerPK(customer))
		case a.Labels.Customer != nil || a.Labels.Takes != "":
			return nil, err // it would have no budget
		}
	}
	both := *g
	both.CustomerID = customer
	both.Accounts, both.Rates = slices.Clip(g.Accounts), slices.Clip(g.Rates)
	for _, tag := range union(g.Tags, tags) {
		if s, ok := a.Labels.Tags[tag]; ok {
			addAccounts(&both, Scope{"tag_budget_config", tag}, &s, 0, beginning(), 0)
		}
		if checkID("tags", tag) == nil {
			pks = append(pks, tagPK(tag))
		}
	}
	labels := make([]*label, len(pks))
	err := each.All(len(pks), func(i int) (err error) {
		labels[i], err = a.label(ctx, pks[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, l := range labels {
		if c := l.customer; c != nil {
			if c.Blocked {
				return nil, bad("user", "User blocked from making LLM API calls. User=%.200s", c.ID)
			}
			both.CustomerModel, both.CustomerRegion = c.DefaultModel, c.AllowedRegion
		}
		both.Accounts, both.Rates = append(both.Accounts, l.accounts...), append(both.Rates, l.rates...)
	}
	return &both, nil
}

// label reads what is kept under a name. What has a budget is read anew each
// time, as a key with one is.
func (a *Authority) label(ctx context.Context, pk string) (*label, error) {
	now := a.now()
	a.mu.Lock()
	known, ok := a.labels[pk]
	era := a.era
	a.mu.Unlock()
	if ok && now.Before(known.until) {
		return known, nil
	}
	l, err := a.readLabel(ctx, pk)
	if err != nil {
		return nil, err
	}
	l.until = now.Add(believed)
	a.mu.Lock()
	defer a.mu.Unlock()
	if era == a.era && !slices.ContainsFunc(l.accounts, func(a Account) bool { return a.Limit != nil }) {
		makeRoom(a.labels)
		a.labels[pk] = l
	}
	return l, nil
}

func (a *Authority) readLabel(ctx context.Context, pk string) (*label, error) {
	l := &label{}
	var who Scope
	var s *Spending
	var stamp *Stamp
	var spent Dollars
	if pk[0] == customerPK("")[0] {
		c, err := read[Customer](ctx, a.store, pk, true)
		if errors.Is(err, store.ErrNotFound) {
			return l, a.byDefault(ctx, l, pk)
		}
		if err != nil {
			return nil, err
		}
		l.customer, who, s, stamp, spent = c, Scope{"end_user", c.ID}, c.spends(), c.stamp(), c.Spend
	} else {
		t, err := read[Tag](ctx, a.store, pk, true)
		if err != nil {
			return absent(l, err)
		}
		who, s, stamp, spent = Scope{"tag", t.Name}, t.spends(), t.stamp(), t.Spend
	}
	full, version := *s, stamp.Version
	if s.BudgetID != "" {
		b, err := read[Budget](ctx, a.store, budgetPK(s.BudgetID), true)
		if errors.Is(err, store.ErrNotFound) {
			err = denied("Authentication Error, Budget=" + s.BudgetID + " does not exist.")
		}
		if err != nil {
			return nil, err
		}
		full, version = s.over(&b.Spending), version+b.Version
	}
	l.accounts, l.rates = limitsOf(who, &full, version, stamp.CreatedAt.Time, spent)
	if l.customer != nil && full.MaxBudget == nil {
		return l, a.byDefault(ctx, l, pk)
	}
	return l, nil
}

// beginning is where the periods of budgets begin that nobody made.
func beginning() time.Time { return time.Unix(0, 0).UTC() }

// byDefault adds what the operator gives customers without a budget of their
// own. It is an account apart: when such a customer gets a budget, or loses it,
// neither is taken for the other.
func (a *Authority) byDefault(ctx context.Context, l *label, pk string) error {
	s, version := Spending{MaxBudget: a.Labels.Customer}, int64(0)
	if id := a.Labels.Takes; id != "" {
		b, err := read[Budget](ctx, a.store, budgetPK(id), true)
		if errors.Is(err, store.ErrNotFound) {
			err = denied("Authentication Error, Budget=" + id + " of max_end_user_budget_id does not exist.")
		}
		if err != nil {
			return err
		}
		s, version = b.Spending.over(&s), b.Version
	}
	accounts, rates := limitsOf(Scope{"default_end_user", strings.TrimPrefix(pk, customerPK(""))}, &s, version, beginning(), 0)
	l.accounts, l.rates = append(l.accounts, accounts...), append(l.rates, rates...)
	return nil
}

// absent is a label without limits when nothing is kept of it.
func absent(l *label, err error) (*label, error) {
	if errors.Is(err, store.ErrNotFound) {
		return l, nil
	}
	return nil, err
}
