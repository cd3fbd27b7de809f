package admin

import (
	"errors"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// budgetRow is a row of LiteLLM_BudgetTable.
const budgetRow = `{"budget_id":null,"max_budget":null,"soft_budget":null,"max_parallel_requests":null,"tpm_limit":null,"rpm_limit":null,` +
	`"model_max_budget":null,"budget_duration":null,"budget_reset_at":null,"created_at":null,"created_by":null,"updated_at":null,"updated_by":null}`

// NewBudget answers POST /budget/new.
func (h *Handler) NewBudget(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.Budget](words{}, r)
	if err != nil {
		return err
	}
	return answer(w, budgetRow)(h.People.Budgets.Create(ctx, a, asked))
}

// UpdateBudget answers POST /budget/update.
func (h *Handler) UpdateBudget(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := words{}.read(r)
	if err != nil {
		return err
	}
	id, err := need(body, "budget_id")
	if err != nil {
		return err
	}
	return answer(w, budgetRow)(h.People.Budgets.Update(ctx, a, id, body.Without("budget_id")))
}

// BudgetInfo answers POST /budget/info: those of {"budgets": [...]} that there
// are.
func (h *Handler) BudgetInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	names, err := ids(r, "budgets")
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(names))
	err = each.All(len(names), func(i int) error {
		b, err := h.People.Budgets.Get(ctx, a, names[i])
		if errors.Is(err, llm.NotFoundError) {
			return nil
		}
		if err == nil {
			rows[i], err = shown(budgetRow, b)
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.Value(list(slices.DeleteFunc(rows, func(o raw.Object) bool { return o.Len() == 0 })))
}

// ListBudgets answers GET /budget/list.
func (h *Handler) ListBudgets(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	return answerAll(w, func(after string) (people.Page[people.Budget], error) {
		return h.People.Budgets.List(ctx, a, people.Listing{After: after, Limit: 1000})
	}, func(b *people.Budget) (raw.Object, error) { return shown(budgetRow, b) })
}

// DeleteBudget answers POST /budget/delete: {"id": ...}, which nobody may use.
func (h *Handler) DeleteBudget(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	id, err := need(body, "id")
	if err != nil {
		return err
	}
	b, err := h.People.Budgets.Get(ctx, a, id)
	if err == nil {
		err = h.People.Budgets.Delete(ctx, a, id)
	}
	return answer(w, budgetRow)(b, err)
}
