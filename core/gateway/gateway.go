// Package gateway is the straight line every call takes: the model it asks for
// is settled, the caller is held to it, the router finds an answer, and what
// happened is written down before the answer's last byte is released.
//
// It serves HTTP requests, health checks and queued work alike, so it knows
// none of them: who is calling is in the call.
package gateway

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Gateway serves calls. All fields but Identify and Admit are required.
type Gateway struct {
	// Identify gives the caller of a call what the call says of whom it is for:
	// a caller that may do less. Errors are *llm.Error. Nil: nobody asks.
	Identify func(ctx context.Context, call *llm.Call) (*llm.Caller, error)
	// Resolve turns the name a caller used, "" included, into a model's own
	// name. It returns an *llm.Error for a name nothing answers to.
	Resolve func(name string) (string, error)
	// Next answers a call for a resolved model.
	Next llm.Provider
	// Admit takes a call's share of its caller's limits: nil without any. Errors
	// are *llm.Error. Nil: nobody is limited.
	Admit func(ctx context.Context, call *llm.Call) (Admission, error)
}

// Admission is a call's share of limits, which ends with the call.
type Admission interface {
	// Header says in HTTP's words what is left.
	Header() http.Header
	// Settle ends it, with what was used.
	Settle(ctx context.Context, used llm.Usage) error
}

// Serve answers a call. Errors are *llm.Error. The caller closes the reply.
func (g *Gateway) Serve(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	c := *call
	reply, err := g.serve(ctx, &c)
	if err != nil {
		return nil, g.failed(c.Record, err)
	}
	if reply.Events == nil {
		c.Record.Usage = reply.Usage
		return reply, nil
	}
	reply.Events = g.follow(c.Record, reply.Events)
	return reply, nil
}

// admitted has a call answered within its caller's limits.
func (g *Gateway) admitted(ctx context.Context, c *llm.Call) (*llm.Reply, error) {
	if g.Admit == nil {
		return g.Next.Do(ctx, c)
	}
	share, err := g.Admit(ctx, c)
	if err != nil {
		return nil, err
	}
	if share == nil {
		return g.Next.Do(ctx, c)
	}
	settle := func() error { return share.Settle(context.WithoutCancel(ctx), c.Record.Usage) }
	reply, err := g.Next.Do(ctx, c)
	if err != nil {
		_ = settle() // the error says more
		return nil, err
	}
	header := reply.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	maps.Copy(header, share.Header())
	reply.Header = header
	reply.OnClose(settle)
	return reply, nil
}

func (g *Gateway) serve(ctx context.Context, c *llm.Call) (*llm.Reply, error) {
	if g.Identify != nil {
		caller, err := g.Identify(ctx, c)
		if err != nil {
			return nil, err
		}
		c.Caller = caller
	}
	if rights := rightsOf(c.Caller); rights != nil {
		if err := rights.Requires(c); err != nil {
			return nil, err
		}
		c.Model = rights.Resolve(c.Model)
	}
	model, err := g.Resolve(c.Model)
	if err != nil {
		return nil, err
	}
	c.Model, c.Record.Model = model, model
	if err := c.Caller.May(model); err != nil {
		return nil, err
	}
	return g.admitted(ctx, c)
}

// rightsOf are a caller's; nil when it has all.
func rightsOf(c *llm.Caller) llm.Rights {
	if c == nil {
		return nil
	}
	return c.Rights
}

// follow keeps the record up to date with a stream, ahead of whoever reads it.
func (g *Gateway) follow(rec *llm.Record, events iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for ev, err := range events {
			if err != nil {
				yield(ev, g.failed(rec, err))
				return
			}
			if ev.Usage != nil {
				rec.Usage = *ev.Usage
			}
			if !yield(ev, nil) {
				return
			}
		}
	}
}

// failed writes an error down and gives it a class if it has none.
func (g *Gateway) failed(rec *llm.Record, err error) error {
	var e *llm.Error
	if !errors.As(err, &e) {
		e = &llm.Error{Class: llm.InternalServerError, Message: "the gateway failed", Err: err}
	}
	rec.Class, rec.Cause = e.Class, e
	return e
}
