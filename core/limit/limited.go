package limit

import (
	"fmt"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Metric is what a limit counts, by LiteLLM's words, which are in its headers.
type Metric string

// The metrics.
const (
	Requests Metric = "requests"
	TokenSum Metric = "tokens"
	Parallel Metric = "max_parallel_requests"
)

// Limited is the error of a request that a limit refuses. It is also an
// *llm.Error, of class RateLimitError.
type Limited struct {
	Scope     Scope
	Metric    Metric
	Limit     int64
	Remaining int64 // at least 0
	Asked     int64 // what the request needed of it
	// Resets is when the minute ends; with Parallel, when trying again makes sense.
	Resets     time.Time
	RetryAfter time.Duration // at least a second
	Err        error         // why another scope's share was not given back, for the log
}

func (e *Limited) Error() string { return e.said().Error() }

// Unwrap gives the error that a caller is told.
func (e *Limited) Unwrap() error { return e.said() }

func (e *Limited) said() *llm.Error {
	message := fmt.Sprintf("Rate limit exceeded for %s: %s. Limit type: %s. Current limit: %d, Remaining: %d. Limit resets at: %s",
		e.Scope.Kind, e.Scope.ID, e.Metric, e.Limit, e.Remaining, e.resets())
	if e.Metric == TokenSum && e.Asked > e.Limit {
		message += fmt.Sprintf(". This request alone needs %d tokens: its prompt and max_tokens must be smaller", e.Asked)
	}
	return &llm.Error{Class: llm.RateLimitError, Message: message, RetryAfter: e.RetryAfter, Err: e.Err}
}

func (e *Limited) resets() string { return e.Resets.UTC().Format("2006-01-02 15:04:05 UTC") }

// Header is what LiteLLM adds to a refusal besides Retry-After, and the limit
// itself as a lease would describe it.
func (e *Limited) Header() http.Header {
	h := headers([]Left{{Scope: e.Scope, Metric: e.Metric, Limit: e.Limit, Remaining: e.Remaining, Resets: e.RetryAfter}})
	h.Set("rate_limit_type", string(e.Metric))
	h.Set("reset_at", e.resets())
	return h
}
