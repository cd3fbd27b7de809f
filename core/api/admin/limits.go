package admin

import (
	"context"
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// withLimits adds the limits of a record where LiteLLM has them: in a budget
// that is its own, or that it shares.
func (h *Handler) withLimits(ctx context.Context, reply raw.Object, s *people.Spending) (raw.Object, error) {
	table, err := shown(budgetForm, s)
	if err != nil {
		return reply, err
	}
	if s.BudgetID != "" {
		shared, err := h.withBudget(ctx, raw.Object{}, s.BudgetID)
		if err != nil {
			return reply, err
		}
		if v, ok := shared.Raw("litellm_budget_table"); ok {
			base, err := raw.Parse(v)
			if err != nil {
				return reply, err
			}
			for name, v := range table.All() {
				if string(v) != "null" {
					base = base.WithRaw(name, v)
				}
			}
			table = base
		}
	}
	for _, v := range table.All() {
		if string(v) != "null" {
			return reply.WithRaw("litellm_budget_table", json.RawMessage(table.Bytes())), nil
		}
	}
	return reply, nil
}
