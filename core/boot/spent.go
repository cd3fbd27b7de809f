package boot

import (
	"context"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	book "github.com/tollgate-llm/tollgate/core/spend"
)

// spent is what a key has spent in the period that its budget is in; without a
// budget, since it was made.
func (a *App) spent(ctx context.Context, k *people.Key) (pico int64, resets time.Time, err error) {
	account, err := a.accountOf(ctx, k)
	if err != nil {
		return 0, time.Time{}, err
	}
	if account.Limit == nil {
		pico, err = a.total(ctx, book.Who{Kind: book.Key, ID: k.Token}, k.CreatedAt.Time)
		return pico + int64(k.Spend), time.Time{}, err
	}
	return a.spentBy(ctx, account)
}

// accountOf is the budget of a key: its own, or the one that it shares.
func (a *App) accountOf(ctx context.Context, k *people.Key) (people.Account, error) {
	return a.people.AccountOf(ctx, people.Scope{Kind: "api_key", ID: k.ID}, &k.Spending, &k.Stamp, k.Spend)
}

// spentBy is what is spent of anybody's budget, or without one since it was made.
func (a *App) spentBy(ctx context.Context, account people.Account) (pico int64, resets time.Time, err error) {
	if who := (book.Who{Kind: book.Kind(account.Kind), ID: account.ID}); account.Limit == nil && who.Counted() {
		pico, err = a.total(ctx, who, account.Since)
		return pico + int64(account.Spent), time.Time{}, err
	}
	is, err := a.ledger.Spent(ctx, []ledger.Budget{budgetOf(account)})
	if err != nil {
		return 0, time.Time{}, told(err)
	}
	pico = is[0].Spent
	if account.Duration == "" {
		pico += int64(account.Spent)
	}
	return pico, is[0].Resets, nil
}

// total is what somebody without a budget has spent since a time.
func (a *App) total(ctx context.Context, who book.Who, since time.Time) (int64, error) {
	pico, err := a.book().Spent(ctx, who, since)
	if err != nil {
		return 0, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the spend log cannot be read now", Err: err}
	}
	return pico, nil
}

// reset sets what a key has spent in its period; without a budget, since it was
// made.
func (a *App) reset(ctx context.Context, _ people.Actor, k *people.Key, pico int64) error {
	account, err := a.accountOf(ctx, k)
	if err != nil {
		return err
	}
	is, _, err := a.spent(ctx, k)
	if err != nil {
		return err
	}
	var budgets []ledger.Budget
	if account.Limit != nil {
		budgets = []ledger.Budget{budgetOf(account)}
	}
	return told(a.ledger.Adjust(ctx, ledger.Adjustment{
		Request: ledger.NewID(a.edge.Now()), Budgets: budgets, Cost: pico - is,
		Facts: ledger.Facts{KeyHash: k.Token, Op: book.Adjusts, Start: a.edge.Now()},
	}))
}

// BudgetOf is an account as the ledger has it; one without a limit has the most
// that there is.
func BudgetOf(account people.Account) ledger.Budget { return budgetOf(account) }

func budgetOf(account people.Account) ledger.Budget {
	limit := int64(people.MaxDollars)
	if account.Limit != nil {
		limit = int64(*account.Limit)
	}
	return ledger.Budget{Scope: account.Name(), Window: windowOf(account.Window()), Limit: limit, Version: account.Version}
}
