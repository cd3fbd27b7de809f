package boot

import (
	"context"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
)

// spent is what a key has spent in the period that its budget is in; without a
// budget, since it was made.
func (a *App) spent(ctx context.Context, k *people.Key) (pico int64, resets time.Time, err error) {
	account, err := a.accountOf(ctx, k)
	if err != nil {
		return 0, time.Time{}, err
	}
	if account.Limit == nil {
		pico, err = a.spentByRows(ctx, k.Token, k.CreatedAt.Time)
		return pico + int64(k.Spend), time.Time{}, err
	}
	return a.spentBy(ctx, account)
}

// accountOf is the budget of a key: its own, or the one that it shares.
func (a *App) accountOf(ctx context.Context, k *people.Key) (people.Account, error) {
	return a.people.AccountOf(ctx, people.Scope{Kind: "api_key", ID: k.ID}, &k.Spending, &k.Stamp, k.Spend)
}

// spentBy is what is spent of anybody's budget.
func (a *App) spentBy(ctx context.Context, account people.Account) (pico int64, resets time.Time, err error) {
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

// spentByRows adds up a key's part of the spend log.
func (a *App) spentByRows(ctx context.Context, keyHash string, since time.Time) (int64, error) {
	var sum int64
	for day := since.UTC().Truncate(24 * time.Hour); !day.After(a.edge.Now()); day = day.Add(24 * time.Hour) {
		for shard := range ledger.KeyShards {
			q := store.Query{Index: store.Index1, PK: ledger.KeyPartition(keyHash, day, shard), Limit: store.MaxLimit}
			for {
				page, err := a.store.Query(ctx, q)
				if err != nil {
					return 0, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the spend log cannot be read now", Err: err}
				}
				for _, item := range page.Items {
					sum += ledger.ReadRow(item).Cost
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
		}
	}
	return sum, nil
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
		Facts: ledger.Facts{KeyHash: k.Token, Op: "reset_spend", Start: a.edge.Now()},
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
