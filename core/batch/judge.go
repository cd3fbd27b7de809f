package batch

import (
	"context"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// verdict is what is done about a line that was run.
type verdict uint8

const (
	ended  verdict = iota // it has its result
	waits                 // it is run again when there is room for it
	failed                // it is run again, unless it was too often already
)

const (
	// soonest and latest bound how long a line waits. SQS delays a message by 15
	// minutes at most.
	soonest = time.Second
	latest  = 15 * time.Minute
)

// errPanic marks what would only happen again, and may cost as much again.
var errPanic = errors.New("panic")

// judge tells what an error of a line means, and how long it waits. Whatever a
// provider or a budget has to say is a result: it would say it again. What the
// gateway's own limits say, and its store, is not.
func judge(ctx context.Context, err error) (verdict, time.Duration) {
	var e *llm.Error
	switch {
	case err == nil:
		return ended, 0
	case ctx.Err() != nil, !errors.As(err, &e): // the worker's own time is up
		return failed, 0
	case e.Provider != "" || e.Type == "budget_exceeded" || errors.Is(err, errPanic):
		return ended, 0
	case e.Class == llm.RateLimitError:
		return waits, min(max(e.RetryAfter, soonest), latest)
	case e.Class == llm.ServiceUnavailableError, e.Class == llm.InternalServerError:
		return failed, 0
	}
	return ended, 0
}

// expired is what a line says that had no result when the Window was over.
func expired() error {
	return &llm.Error{Class: llm.Timeout, Type: "batch_expired", Message: "the request was not answered within the batch's completion window of 24 hours"}
}

// givenUp is what a line says that was tried too often. The reason is the last
// try's; nil: nobody came back to tell.
func givenUp(reason error) error {
	e := &llm.Error{Class: llm.InternalServerError, Type: "batch_failed", Message: "the request was given up: it was begun several times, and none of them came to an end", Err: reason}
	var last *llm.Error
	if errors.As(reason, &last) {
		e.Class, e.Message = last.Class, "the request was given up after several tries: "+last.Message
	}
	return e
}
