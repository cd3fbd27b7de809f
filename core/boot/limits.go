package boot

import (
	"context"
	"slices"

	"github.com/tollgate-llm/tollgate/core/gateway"
	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// admit takes a call's share of the limits of its key and of those above it.
func (a *App) admit(ctx context.Context, call *llm.Call) (gateway.Admission, error) {
	scopes := a.gate.scopes(call.Caller)
	key, ok := keyOf(call.Caller)
	if !ok {
		key = &rights{Grant: &people.Grant{}}
	}
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

// scopes are the limits of the configuration's: of all requests at a time, and
// of those of a key that says nothing itself.
func (g gate) scopes(caller *llm.Caller) []limit.Scope {
	var all []limit.Scope
	if g.AllParallel > 0 {
		all = append(all, limit.Scope{Kind: "proxy", ID: "global_max_parallel_requests", Parallel: g.AllParallel})
	}
	if g.KeyParallel == 0 || caller == nil || caller.KeyHash == "" {
		return all
	}
	id := caller.KeyHash
	if key, ok := keyOf(caller); ok && key.KeyID != "" {
		if slices.ContainsFunc(key.Rates, func(r people.Rate) bool { return r.Kind == "api_key" && r.Parallel != nil }) {
			return all
		}
		id = key.KeyID
	}
	return append(all, limit.Scope{Kind: "max_parallel_requests", ID: id, Parallel: g.KeyParallel})
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
