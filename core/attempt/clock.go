package attempt

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// clock ends a try that has been silent for too long. Its timer looks at times
// now and then instead of being set again by each event, of which there may be
// a thousand in a second.
type clock struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	limit  time.Duration // 0: none

	mu    sync.Mutex
	timer *time.Timer // nil without a limit, and when the clock has ended
	since time.Time   // the provider is waited for; zero while the caller is busy
}

func start(ctx context.Context, limit time.Duration) (context.Context, *clock) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{ctx: ctx, cancel: cancel, limit: limit}
	if limit > 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.since = time.Now()
		c.timer = time.AfterFunc(limit, c.look)
	}
	return ctx, c
}

// look ends the try if the time is up, and else looks again when it could be.
func (c *clock) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.limit
	if !c.since.IsZero() {
		left -= time.Since(c.since)
	}
	switch {
	case c.timer == nil:
	case left <= 0:
		c.cancel(context.DeadlineExceeded)
	default:
		c.timer.Reset(left)
	}
}

// rest stops the clock: what is left of the try takes as long as it takes.
func (c *clock) rest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
}

func (c *clock) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	c.cancel(context.Canceled)
	return nil
}

func (c *clock) wait(since time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.since = since
}

// over is a stream under the clock. The clock ends after the provider closed
// its own: until then it may still read, to keep the connection.
func (c *clock) over(reply *llm.Reply) *llm.Reply {
	over := &llm.Reply{Format: reply.Format, Header: reply.Header, Events: c.watch(reply.Events)}
	over.OnClose(c.end)
	over.OnClose(reply.Close)
	return over
}

// watch restarts the time at each event. While the caller is busy with one, it
// does not run.
func (c *clock) watch(events iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	if c.limit <= 0 {
		return events
	}
	return func(yield func(llm.Event, error) bool) {
		for ev, err := range events {
			if err != nil {
				err = c.name(err)
			}
			c.wait(time.Time{})
			if !yield(ev, err) || err != nil {
				return
			}
			c.wait(time.Now())
		}
	}
}

// name calls an error a Timeout when it was the clock that ended the try.
func (c *clock) name(err error) error {
	if !errors.Is(context.Cause(c.ctx), context.DeadlineExceeded) || errors.Is(err, llm.Timeout) {
		return err
	}
	e := &llm.Error{Class: llm.Timeout, Message: "no answer within " + c.limit.String(), Err: err}
	var was *llm.Error
	if errors.As(err, &was) {
		e.Provider, e.Model = was.Provider, was.Model
	}
	return e
}
