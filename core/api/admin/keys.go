package admin

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// keyWords are those of requests about keys. An invitation that is not sent
// takes nothing from anybody; indexes of vector stores are a restriction.
var keyWords = words{
	within: []string{
		"model_rpm_limit", "model_tpm_limit", "rpm_limit_type", "tpm_limit_type", "enforced_params", "temp_budget_increase",
		"temp_budget_expiry", "guardrails", "policies", "tags", "prompts", "allowed_passthrough_routes",
	},
	dropped: []string{"send_invite_email"},
	absent:  []string{"allowed_vector_store_indexes", "agent_id", "disable_global_guardrails"},
}

// keyHash is the hash of what names a key: itself, or the hash already. What is
// neither is no key, and is not repeated: it may be somebody's secret.
func keyHash(key string) (string, error) {
	hash := people.KeyHash(key)
	if b, err := hex.DecodeString(hash); err != nil || len(b) != 32 {
		return "", keyMissing()
	}
	return hash, nil
}

func keyMissing() *llm.Error { return missing("key", "Key not found in database") }

// find is the key that a request names.
func (h *Handler) find(ctx context.Context, a people.Actor, key string) (*people.Key, error) {
	hash, err := keyHash(key)
	if err != nil {
		return nil, err
	}
	k, err := h.People.Keys.Get(ctx, a, hash)
	if errors.Is(err, llm.NotFoundError) {
		err = keyMissing()
	}
	return k, err
}

// key is a key in the words of a form, with what it has spent.
func (h *Handler) key(ctx context.Context, form string, k *people.Key) (raw.Object, error) {
	reply, err := shown(form, k)
	if err == nil {
		reply, err = withMetadata(reply, k, keyWords.within)
	}
	if err != nil {
		return reply, err
	}
	pico, resets, err := h.Spent(ctx, k)
	if err != nil {
		return reply, err
	}
	return spent(reply, pico, resets), nil
}

// spent adds what somebody has spent to a reply.
func spent(reply raw.Object, pico int64, resets time.Time) raw.Object {
	reply = reply.WithRaw("spend", dollars(pico))
	if _, shows := reply.Raw("budget_reset_at"); shows && !resets.IsZero() {
		reply = reply.WithText("budget_reset_at", resets.UTC().Format(time.RFC3339))
	}
	return reply
}

// withBudget adds the Budget that a record takes from, if it does.
func (h *Handler) withBudget(ctx context.Context, reply raw.Object, id string) (raw.Object, error) {
	if id == "" {
		return reply, nil
	}
	b, err := h.People.Budgets.Get(ctx, gateway, id)
	if errors.Is(err, llm.NotFoundError) {
		return reply, nil
	}
	if err != nil {
		return reply, err
	}
	table, err := shown(budgetForm, b)
	return reply.WithRaw("litellm_budget_table", json.RawMessage(table.Bytes())), err
}
