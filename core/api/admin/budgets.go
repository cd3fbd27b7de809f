package admin

import (
	"errors"
	"net/http"
	"slices"

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

// answer writes a record, in the words of a form, that was made or found.
func answer(w *web.Writer, form string) func(record any, err error) error {
	return func(record any, err error) error {
		if err != nil {
			return err
		}
		reply, err := shown(form, record)
		if err != nil {
			return err
		}
		return w.Value(reply)
	}
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
	err = each(len(names), func(i int) error {
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

// answerAll writes all records of a list, each in its words.
func answerAll[T any](w *web.Writer, get func(after string) (people.Page[T], error), word func(*T) (raw.Object, error)) error {
	found, err := all(get)
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(found))
	err = each(len(found), func(i int) (err error) {
		rows[i], err = word(found[i])
		return err
	})
	if err != nil {
		return err
	}
	return w.Value(list(rows))
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

// BudgetSettings answers GET /budget/settings: what can be said of a budget,
// and what is, in the words of LiteLLM's console.
func (h *Handler) BudgetSettings(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	b, err := h.People.Budgets.Get(ctx, a, r.URL.Query().Get("budget_id"))
	if err != nil {
		return err
	}
	row, err := shown(budgetRow, b)
	if err != nil {
		return err
	}
	var all []raw.Object
	for _, f := range [][3]string{
		{"max_budget", "Float", "Calls are refused above it, in dollars."},
		{"soft_budget", "Float", "Somebody is told above it, in dollars."},
		{"max_parallel_requests", "Integer", "Requests at a time."},
		{"tpm_limit", "Integer", "Tokens a minute."},
		{"rpm_limit", "Integer", "Requests a minute."},
		{"budget_duration", "String", "After how long a budget begins anew: 1d, 28d."},
		{"model_max_budget", "Object", "The budget of each model."},
	} {
		v, _ := row.Raw(f[0])
		o := raw.Object{}.WithText("field_name", f[0]).WithText("field_type", f[1]).WithText("field_description", f[2])
		all = append(all, o.WithRaw("field_value", v).WithRaw("stored_in_db", []byte("true")).WithRaw("field_default_value", []byte("null")))
	}
	return w.Value(list(all))
}
