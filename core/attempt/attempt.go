// Package attempt does what belongs to one try of one deployment, whatever the
// provider: the deployment's defaults, the time limits, the mock, and reading
// a stream up to its first content. The router decides how many tries there
// are; a provider knows nothing of any of this.
package attempt

import (
	"context"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
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
	// Bridges lead from a format of chat to OpenAI's, for providers that do not
	// speak it themselves.
	Bridges map[llm.Format]Bridge
	// Know says what is known of the model of a deployment that does not say
	// it itself. Nil: nothing.
	Know func(*llm.Deployment) llm.Model
	// Price is what a usage costs at a deployment, in pico-dollars, when the
	// try took that long; false when it has no price. Nil: nothing has one.
	Price func(to *llm.Deployment, body raw.Object, u llm.Usage, took time.Duration) (int64, bool)
	// Meter holds what each try may cost. Nil: nothing is held.
	Meter Meter
}

// Do implements llm.Provider. call.To is set.
func (a *Attempt) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	c := *call
	c.To = withOwn(c.To, c.Options)
	if c.Options.DropParams == nil {
		c.Options.DropParams = c.To.DropParams
	}
	c.To = a.known(c.To)
	provider, err := a.provider(&c)
	if err != nil {
		return nil, err
	}

	metered, hold, err := a.hold(ctx, &c)
	if err != nil {
		return nil, err
	}
	c = *metered

	began := a.Now()
	limit := a.limit(&c)
	rec := c.Record
	rec.Deployment, rec.Provider, rec.Base, rec.Timeout = c.To.ID, c.To.Provider, "", limit
	rec.Priced, rec.Cost = false, 0
	ctx, clock := start(ctx, limit)
	reply, err := a.bridge(provider, &c).ask(ctx, provider, &c)
	switch {
	case err == nil && reply.Events != nil:
		reply = clock.over(reply)
		if err = stream.Prime(reply); err == nil {
			rec.FirstEvent = a.Now()
		}
	case err == nil && reply.Media != nil:
		clock.rest()
		reply.OnClose(clock.end)
	default:
		defer clock.end()
	}
	rec.Upstream += a.Now().Sub(began)
	if err != nil {
		if r, ok := c.To.Credential.(refusable); ok && errors.Is(err, llm.AuthenticationError) {
			r.Refused()
		}
		err = clock.name(err)
		hold.settle(false, err)
		return nil, err
	}
	a.priced(&c, reply, began)
	hold.over(reply)
	return reply, nil
}

// refusable is a credential that may be another one at the next try, since it
// was changed where it is kept.
type refusable interface{ Refused() }

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
