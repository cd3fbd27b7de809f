package boot

import (
	"context"

	"github.com/tollgate-llm/tollgate/core/gateway"
	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// admit takes a call's share of the limits of its key and of those above it.
func (a *App) admit(ctx context.Context, call *llm.Call) (gateway.Admission, error) {
	key, ok := keyOf(call.Caller)
	if !ok {
		return nil, nil
	}
	var scopes []limit.Scope
	for _, r := range key.Rates {
		s := limit.Scope{Kind: r.Kind, ID: r.ID, RPM: strict(r.RPM), TPM: strict(r.TPM), Parallel: strict(r.Parallel)}
		if s.RPM != 0 || s.TPM != 0 || s.Parallel != 0 {
			scopes = append(scopes, s)
		}
		if rpm, tpm := r.ModelRPM[call.Model], r.ModelTPM[call.Model]; rpm != 0 || tpm != 0 {
			scopes = append(scopes, limit.Scope{Kind: "model_per_" + r.Kind, ID: r.ID + ":" + call.Model, RPM: rpm, TPM: tpm})
		}
	}
	if len(scopes) == 0 {
		return nil, nil
	}
	_, most := limitOf(call)
	return a.limiter.Take(ctx, limit.Request{Scopes: scopes, Prompt: int64(len(call.Body.Bytes())) / 4, MaxTokens: most})
}

// strict is a limit; absent is none. One of zero lets nothing through, which is
// below zero where zero is none.
func strict(n *int64) int64 {
	switch {
	case n == nil:
		return 0
	case *n == 0:
		return -1
	}
	return *n
}
