package admin

import (
	"errors"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// BlockCustomers answers POST /customer/block and /end_user/block: who is not
// kept yet is from then on.
func (h *Handler) BlockCustomers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.blockCustomers(w, r, caller, true)
}

// UnblockCustomers answers POST /customer/unblock and /end_user/unblock.
func (h *Handler) UnblockCustomers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.blockCustomers(w, r, caller, false)
}

func (h *Handler) blockCustomers(w *web.Writer, r *http.Request, caller *llm.Caller, blocked bool) error {
	ctx, a := h.asks(r, caller)
	ids, err := ids(r, "user_ids")
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(ids))
	patch, err := raw.Object{}.With("blocked", blocked)
	if err != nil {
		return err
	}
	for i, id := range ids {
		c, err := h.People.Customers.Update(ctx, a, id, patch)
		if errors.Is(err, llm.NotFoundError) {
			c, err = h.People.Customers.Create(ctx, a, people.Customer{ID: id, Blocked: blocked})
		}
		if err != nil {
			return err
		}
		if rows[i], err = h.customer(ctx, c); err != nil {
			return err
		}
	}
	return w.Value(map[string]any{"blocked_users": list(rows)})
}
