package admin

import (
	"context"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// spentBy adds what somebody has spent to a reply.
func (h *Handler) spentBy(ctx context.Context, reply raw.Object, who people.Scope, s *people.Spending, made *people.Stamp, before people.Dollars) (raw.Object, error) {
	account, err := h.People.AccountOf(ctx, who, s, made, before)
	if err != nil {
		return reply, err
	}
	pico, resets, err := h.SpentBy(ctx, account)
	return spent(reply, pico, resets), err
}
