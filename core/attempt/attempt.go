// Package attempt does what belongs to one try of one deployment, whatever the
// provider: the deployment's defaults, the time limits, the mock, and reading
// a stream up to its first content. The router decides how many tries there
// are; a provider knows nothing of any of this.
package attempt

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/stream"
)

// Attempt calls the provider of the deployment the router picked. It
// implements llm.Provider.
type Attempt struct {
	Lookup func(provider string) (llm.Provider, bool)
	Now    func() time.Time
	// Timeout bounds a plain try, and in a stream the silence before each
	// event unless StreamTimeout is set. Zero means no bound.
	Timeout       time.Duration
	StreamTimeout time.Duration
}

// Do implements llm.Provider. call.To is set.
func (a *Attempt) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	c := *call
	c.To = withOwn(c.To, c.Options)
	c.Body = withDefaults(c.Body, c.To.Params).Merged(c.Options.ExtraBody)
	if c.Options.DropParams == nil {
		c.Options.DropParams = c.To.DropParams
	}
	provider, err := a.provider(&c)
	if err != nil {
		return nil, err
	}

	began := a.Now()
	limit := a.limit(&c)
	rec := c.Record
	rec.Deployment, rec.Provider, rec.Base, rec.Timeout = c.To.ID, c.To.Provider, "", limit
	ctx, clock := start(ctx, limit)
	reply, err := provider.Do(ctx, &c)
	if err == nil && reply.Events != nil {
		reply = clock.over(reply)
		if err = stream.Prime(reply); err == nil {
			rec.FirstEvent = a.Now()
		}
	} else {
		defer clock.end()
	}
	rec.Upstream += a.Now().Sub(began)
	if err != nil {
		return nil, clock.name(err)
	}
	return reply, nil
}

func (a *Attempt) provider(c *llm.Call) (llm.Provider, error) {
	if c.Options.Mock == nil {
		c.Options.Mock = c.To.Mock
	}
	if c.Options.Mock != nil {
		return mock{a.Now}, nil
	}
	p, ok := a.Lookup(c.To.Provider)
	if !ok {
		return nil, &llm.Error{Class: llm.BadRequestError, Message: "unknown provider " + c.To.Provider, Provider: c.To.Provider, Model: c.To.Model}
	}
	return p, nil
}

// limit is the caller's, else the deployment's, else the router's.
func (a *Attempt) limit(c *llm.Call) time.Duration {
	limits := []time.Duration{c.Options.Timeout, c.To.Timeout, a.Timeout}
	if c.Stream {
		limits = []time.Duration{c.Options.StreamTimeout, c.Options.Timeout, c.To.StreamTimeout, c.To.Timeout, a.StreamTimeout, a.Timeout}
	}
	for _, d := range limits {
		if d > 0 {
			return d
		}
	}
	return 0
}

// clock ends a try that has been silent for too long.
type clock struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer // nil without a limit
	limit  time.Duration
}

func start(ctx context.Context, limit time.Duration) (context.Context, *clock) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{ctx: ctx, cancel: cancel, limit: limit}
	if limit > 0 {
		c.timer = time.AfterFunc(limit, func() { cancel(context.DeadlineExceeded) })
	}
	return ctx, c
}

func (c *clock) end() error {
	if c.timer != nil {
		c.timer.Stop()
	}
	c.cancel(context.Canceled)
	return nil
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
	if c.timer == nil {
		return events
	}
	return func(yield func(llm.Event, error) bool) {
		for ev, err := range events {
			if err != nil {
				err = c.name(err)
			}
			c.timer.Stop()
			if !yield(ev, err) || err != nil {
				return
			}
			c.timer.Reset(c.limit)
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
