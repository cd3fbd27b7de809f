package limit

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Lease is what a request has taken of its scopes.
type Lease struct {
	// Unchecked is why some scopes did not count the request: the store failed,
	// and the Limiter lets that pass.
	Unchecked error

	claims []claim
	once   sync.Once
	err    error
}

// Left is what a limit leaves after a request.
type Left struct {
	Scope     Scope
	Metric    Metric
	Limit     int64
	Remaining int64         // at least 0
	Resets    time.Duration // until the minute ends; 0 for Parallel
}

// Settle ends the lease: places are released, and tokens corrected by what was
// used. A Usage that is not Known leaves the tokens as they were reserved; one
// that is known to be zero gives them back. Only the first call does anything;
// others return its error. After one, places are free when their time is up and
// tokens stay as they were reserved.
func (l *Lease) Settle(ctx context.Context, used llm.Usage) error {
	l.once.Do(func() {
		l.err = l.end(ctx, func(ctx context.Context, c claim) error { return c.settle(ctx, used) })
	})
	return l.err
}

// back undoes a lease that was not granted.
func (l *Lease) back(ctx context.Context) error {
	return l.end(ctx, func(ctx context.Context, c claim) error { return c.back(ctx) })
}

func (l *Lease) end(ctx context.Context, do func(context.Context, claim) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // the caller may have left
	defer cancel()
	return errors.Join(each(l.claims, func(c claim) error { return do(ctx, c) })...)
}

// Left lists what the limits leave, scopes in the order of the Request.
func (l *Lease) Left() []Left {
	var all []Left
	for _, c := range l.claims {
		all = c.limits(all)
	}
	return all
}

// Header describes the limits as LiteLLM does: x-ratelimit-<kind>-limit-<metric>
// and -remaining-<metric> for each scope. The first scope with a limit is also
// told in OpenAI's words: x-ratelimit-limit-requests, -remaining-requests and
// -reset-requests, and the same of tokens.
func (l *Lease) Header() http.Header { return headers(l.Left()) }

func headers(all []Left) http.Header {
	h := http.Header{}
	for _, left := range all {
		limit, remaining, metric := strconv.FormatInt(left.Limit, 10), strconv.FormatInt(left.Remaining, 10), string(left.Metric)
		h.Set("x-ratelimit-"+left.Scope.Kind+"-limit-"+metric, limit)
		h.Set("x-ratelimit-"+left.Scope.Kind+"-remaining-"+metric, remaining)
		if left.Metric == Parallel || h.Get("x-ratelimit-limit-"+metric) != "" {
			continue
		}
		h.Set("x-ratelimit-limit-"+metric, limit)
		h.Set("x-ratelimit-remaining-"+metric, remaining)
		h.Set("x-ratelimit-reset-"+metric, left.Resets.Round(time.Second).String())
	}
	return h
}
