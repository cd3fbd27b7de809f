package admin

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/web"
)

// ResetKeySpend answers POST /key/{key}/reset_spend: {"reset_to": dollars}, no
// more than the key has spent.
func (h *Handler) ResetKeySpend(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	to, ok := body.Raw("reset_to")
	if !ok {
		return unprocessable("reset_to", "reset_to is required")
	}
	k, err := h.find(ctx, a, r.PathValue("key"))
	if err != nil {
		return err
	}
	before, now, err := h.resets(ctx, a, k, to)
	if err != nil {
		return err
	}
	if err := h.Reset(ctx, a, k, now); err != nil {
		return err
	}
	pico, resets, err := h.Spent(ctx, k)
	if err != nil {
		return err
	}
	reply, err := shown(`{"max_budget":null,"budget_reset_at":null}`, k)
	if err != nil {
		return err
	}
	reply = spent(reply, pico, resets)
	return w.Value(reply.WithText("key_hash", k.Token).WithRaw("previous_spend", dollars(before)))
}

// resets judges what a key's spending is to be set to, in dollars. It returns
// what it is, and what it is to be, in pico-dollars.
func (h *Handler) resets(ctx context.Context, a people.Actor, k *people.Key, dollars json.RawMessage) (is, becomes int64, err error) {
	if err := h.mayReset(ctx, a, k); err != nil {
		return 0, 0, err
	}
	var to people.Dollars
	if err := to.UnmarshalJSON(dollars); err != nil {
		return 0, 0, bad("reset_to", "reset_to: %v", err)
	}
	is, _, err = h.Spent(ctx, k)
	switch {
	case err != nil:
		return 0, 0, err
	case int64(to) > is:
		return 0, 0, bad("reset_to", "reset_to must be <= current spend")
	case k.MaxBudget != nil && to > *k.MaxBudget:
		return 0, 0, bad("reset_to", "reset_to must be <= budget")
	}
	return is, int64(to), nil
}

// spends is resets for who may also say that more was spent.
func (h *Handler) spends(ctx context.Context, a people.Actor, k *people.Key, dollars json.RawMessage) (int64, error) {
	if a.Role() != people.ProxyAdmin {
		_, becomes, err := h.resets(ctx, a, k, dollars)
		return becomes, err
	}
	var to people.Dollars
	if err := to.UnmarshalJSON(dollars); err != nil {
		return 0, bad("spend", "spend: %v", err)
	}
	return int64(to), nil
}

// mayReset returns an error unless the actor is a proxy admin, or an admin of
// the key's team.
func (h *Handler) mayReset(ctx context.Context, a people.Actor, k *people.Key) error {
	if a.Role() == people.ProxyAdmin {
		return nil
	}
	if k.TeamID != "" && a.Role() == people.InternalUser && a.UserID() != "" {
		members, err := h.members(ctx, a, k.TeamID)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.UserID == a.UserID() && m.Role == people.MemberAdmin {
				return nil
			}
		}
	}
	return forbidden("", "You must be a proxy admin or team admin to reset key spend")
}

// members are the members of a team.
func (h *Handler) members(ctx context.Context, a people.Actor, team string) ([]*people.Member, error) {
	return all(func(after string) (people.Page[people.Member], error) {
		return h.People.Teams.Members(ctx, a, team, after)
	})
}
