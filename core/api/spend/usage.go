package spend

import (
	"errors"
	"maps"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// usage answers GET /me/usage, which LiteLLM has not: what the key that asks has
// spent, by day and model, in the last 30 days or between two dates, and what is
// left of its budget and of its life.
func (h *Handler) usage(q *asked) (any, error) {
	if q.actor.Grant == nil || q.actor.Grant.KeyHash == "" {
		return nil, bad("", "this request has no key")
	}
	key := q.actor.Grant.KeyHash
	s, err := q.spanOr(h.month())
	if err != nil {
		return nil, err
	}
	reply := map[string]any{"key": map[string]any{"token": key}}
	k, err := h.People.Keys.Get(q.Context(), q.actor, key)
	switch {
	case errors.Is(err, llm.NotFoundError): // the master's
	case err != nil:
		return nil, err
	default:
		if reply["key"], err = h.holds(q, k); err != nil {
			return nil, err
		}
	}
	q.view = view{key: key}
	days, err := h.report(q, daily{kind: spend.Key, ids: []string{key}, view: q.view, whole: true}, s)
	if err != nil {
		return nil, err
	}
	maps.Copy(reply, days)
	return reply, nil
}

// holds is what a key's holder may know of it.
func (h *Handler) holds(q *asked, k *people.Key) (map[string]any, error) {
	spent, resets, err := h.Spent(q.Context(), k)
	if err != nil {
		return nil, err
	}
	told := map[string]any{
		"token": k.Token, "key_name": k.Name, "key_alias": some(k.Alias), "spend": dollars(spent), "max_budget": k.MaxBudget,
		"budget_left": nil, "budget_duration": some(k.BudgetDuration), "budget_reset_at": nil, "expires": k.Expires,
		"tpm_limit": k.TPM, "rpm_limit": k.RPM, "max_parallel_requests": k.Parallel, "models": append([]string{}, k.Models...),
	}
	if k.MaxBudget != nil {
		told["budget_left"] = dollars(max(0, int64(*k.MaxBudget)-spent))
	}
	if !resets.IsZero() {
		told["budget_reset_at"] = resets.UTC().Format(time.RFC3339)
	}
	return told, nil
}
