package admin

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

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
	rest, err := raw.Parse([]byte(`{"stored_in_db":true,"field_default_value":null,"premium_field":false,"nested_fields":null}`))
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
		all = append(all, o.WithRaw("field_value", v).Merged(rest))
	}
	return w.Value(list(all))
}
