package admin

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// customerForm is LiteLLM_EndUserTable.
const customerForm = `{"user_id":null,"blocked":false,"alias":null,"spend":0,"allowed_model_region":null,"default_model":null,` +
	`"litellm_budget_table":null,"object_permission_id":null,"object_permission":null}`

// customer is a customer in LiteLLM's words, with what it has spent.
func (h *Handler) customer(ctx context.Context, c *people.Customer) (raw.Object, error) {
	reply, err := shown(customerForm, c)
	if err == nil {
		reply, err = h.withLimits(ctx, reply, &c.Spending)
	}
	if err != nil {
		return reply, err
	}
	return h.spentBy(ctx, reply, people.Scope{Kind: "end_user", ID: c.ID}, &c.Spending, &c.Stamp, c.Spend)
}

// NewCustomer answers POST /customer/new and /end_user/new.
func (h *Handler) NewCustomer(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.Customer](words{}, r)
	if err != nil {
		return err
	}
	if asked.MaxBudget != nil && asked.BudgetID != "" {
		return unprocessable("budget_id", "Set either 'max_budget' or 'budget_id', not both.")
	}
	c, err := h.People.Customers.Create(ctx, a, asked)
	return h.answerCustomer(ctx, w, c, err)
}

func (h *Handler) answerCustomer(ctx context.Context, w *web.Writer, c *people.Customer, err error) error {
	if err != nil {
		return err
	}
	reply, err := h.customer(ctx, c)
	if err != nil {
		return err
	}
	return w.Value(reply)
}

// UpdateCustomer answers POST /customer/update and /end_user/update.
func (h *Handler) UpdateCustomer(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := words{}.read(r)
	if err != nil {
		return err
	}
	id, err := need(body, "user_id")
	if err != nil {
		return err
	}
	c, err := h.People.Customers.Update(ctx, a, id, body.Without("user_id"))
	return h.answerCustomer(ctx, w, c, err)
}

// CustomerInfo answers GET /customer/info and /end_user/info.
func (h *Handler) CustomerInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	c, err := h.People.Customers.Get(ctx, a, r.URL.Query().Get("end_user_id"))
	return h.answerCustomer(ctx, w, c, err)
}

// ListCustomers answers GET /customer/list and /end_user/list.
func (h *Handler) ListCustomers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	return answerAll(w, func(after string) (people.Page[people.Customer], error) {
		return h.People.Customers.List(ctx, a, people.Listing{After: after, Limit: 1000})
	}, func(c *people.Customer) (raw.Object, error) { return h.customer(ctx, c) })
}

// DeleteCustomers answers POST /customer/delete and /end_user/delete.
func (h *Handler) DeleteCustomers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	ids, err := ids(r, "user_ids")
	if err != nil {
		return err
	}
	if err := h.drop(ids, func(id string) error { _, err := h.People.Customers.Get(ctx, a, id); return err },
		func(id string) error { return h.People.Customers.Delete(ctx, a, id) }); err != nil {
		return err
	}
	return w.Value(map[string]any{"deleted_customers": len(ids), "message": fmt.Sprintf("Successfully deleted customers with ids: %q", ids)})
}
