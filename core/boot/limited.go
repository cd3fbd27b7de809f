package boot

import (
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// limited holds each try to the limits of its deployment before its money is
// held. One that is refused may be answered by another deployment. It is an
// attempt.Meter.
type limited struct {
	meter   attempt.Meter
	limiter *limit.Limiter
}

// Hold implements attempt.Meter.
func (l *limited) Hold(ctx context.Context, call *llm.Call) (*llm.Call, attempt.Hold, error) {
	of := call.To.Limits
	if of == (llm.Limits{}) {
		return l.meter.Hold(ctx, call)
	}
	_, most := limitOf(call)
	lease, err := l.limiter.Take(ctx, limit.Request{
		Scopes: []limit.Scope{{Kind: "deployment", ID: call.To.ID, RPM: of.RPM, TPM: of.TPM, Parallel: of.Parallel}},
		Prompt: int64(len(call.Body.Bytes())) / 4, MaxTokens: most,
	})
	if err != nil {
		return nil, nil, err
	}
	metered, hold, err := l.meter.Hold(ctx, call)
	if err != nil {
		return nil, nil, errors.Join(err, lease.Settle(ctx, llm.Usage{Known: true}))
	}
	return metered, &leased{hold, lease}, nil
}

// leased is the hold of a try that has a share of its deployment's limits.
type leased struct {
	attempt.Hold
	lease *limit.Lease
}

// Settle implements attempt.Hold.
func (h *leased) Settle(ctx context.Context, o attempt.Outcome) error {
	return errors.Join(h.Hold.Settle(ctx, o), h.lease.Settle(ctx, o.Usage))
}
