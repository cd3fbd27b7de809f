package boot

import (
	"context"
	"errors"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// passThrough is what the spend log calls a request that is passed on as it is.
const passThrough = "pass_through_endpoint"

// passing holds what a request costs that is passed on as it is, and its share
// of its caller's limits. It is a pass.Hold.
func (a *App) passing(r *http.Request, caller *llm.Caller, to *llm.Deployment, cost *int64) (end func(int, error), err error) {
	ctx, rec := r.Context(), web.Record(r.Context())
	call, err := a.passed(ctx, r, &llm.Call{Caller: caller, To: to, Record: rec})
	if err != nil {
		return nil, err
	}
	share, err := a.admit(ctx, call)
	if err != nil {
		return nil, err
	}
	hold, err := a.meter.holdPassing(ctx, call, cost)
	if err != nil {
		if share != nil {
			err = errors.Join(err, share.Settle(context.WithoutCancel(ctx), llm.Usage{}))
		}
		return nil, err
	}
	return func(status int, failed error) {
		o := attempt.Outcome{Whole: failed == nil, Err: failed}
		if status >= http.StatusBadRequest {
			o.Err = &llm.Error{Class: llm.ClassOf(status), Message: "the API answered " + http.StatusText(status)}
		}
		if cost != nil {
			o.Cost, o.Priced = *cost, true
		}
		err := hold.Settle(ctx, o)
		if share != nil {
			err = errors.Join(err, share.Settle(context.WithoutCancel(ctx), llm.Usage{}))
		}
		if err != nil && rec.Cause == nil {
			rec.Cause = err
		}
	}, nil
}

// passed is a call for a request whose body is not read. What a request with a
// body must say it can only say in its headers, so that one which must say more
// is refused.
func (a *App) passed(ctx context.Context, r *http.Request, call *llm.Call) (*llm.Call, error) {
	var err error
	if call.Options, err = calls.Headers(r.Header, a.gate.CustomerHeader); err != nil {
		return nil, err
	}
	key, ok := keyOf(call.Caller)
	if ok && key.endUser != "" {
		call.Options.EndUser = key.endUser
	}
	if r.Method != http.MethodGet {
		if err := a.gate.hears(call, key); err != nil {
			return nil, err
		}
		if ok {
			if err := key.Requires(call); err != nil {
				return nil, err
			}
		}
	} else if err := a.gate.knows(call.Options.EndUser, false); err != nil {
		return nil, err
	}
	call.Caller, err = a.under(ctx, call)
	return call, err
}

// holdPassing holds the cost of a request that is passed on: what the operator
// said it is. Who has a budget cannot make one of which nobody said.
func (m *meter) holdPassing(ctx context.Context, call *llm.Call, cost *int64) (attempt.Hold, error) {
	key, _ := keyOf(call.Caller)
	to := m.chargeOf(key.grant(), call)
	if m.unwritten(call, key, to) {
		return unmetered{}, nil
	}
	if to.limited && cost == nil {
		return nil, &llm.Error{
			Class: llm.BadRequestError, Type: "budget_exceeded",
			Message: "what a request costs here is not known, and it is under a budget: the operator may say it with cost_per_request of pass_through_endpoints",
		}
	}
	var most int64
	if cost != nil {
		most = *cost
	}
	f := factsOf(call, m.now())
	f.Op = passThrough
	begin := m.begin
	if !to.limited {
		begin = m.beginSoft
	}
	_, hold, err := begin(ctx, call, key, to, most, f)
	return hold, m.refused(ctx, call, to, err)
}
