package admin

import (
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// spentBy adds what somebody has spent to a reply.
func (h *Handler) spentBy(ctx context.Context, reply raw.Object, who people.Scope, s *people.Spending, made *people.Stamp, before people.Dollars) (raw.Object, error) {
	account := people.Account{
		Scope: who, Limit: s.MaxBudget, Soft: s.SoftBudget, Duration: s.BudgetDuration,
		Since: made.CreatedAt.Time, Spent: before, Version: made.Version,
	}
	if s.BudgetResetAt != nil {
		account.ResetAt = s.BudgetResetAt.Time
	}
	if s.MaxBudget == nil && s.BudgetID != "" {
		b, err := h.People.Budgets.Get(ctx, gateway, s.BudgetID)
		if err != nil && !errors.Is(err, llm.NotFoundError) {
			return reply, err
		}
		if err == nil {
			account.Limit, account.Duration = b.MaxBudget, b.BudgetDuration
		}
	}
	pico, resets, err := h.SpentBy(ctx, account)
	return spent(reply, pico, resets), err
}
