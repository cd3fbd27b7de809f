package attempt

import (
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// known completes what a deployment says of its model.
func (a *Attempt) known(d *llm.Deployment) *llm.Deployment {
	if a.Know == nil || d.Info.MaxInput > 0 && d.Info.MaxOutput > 0 {
		return d
	}
	c := *d
	model := a.Know(d)
	if c.Info.MaxInput == 0 {
		c.Info.MaxInput = model.MaxInput
	}
	if c.Info.MaxOutput == 0 {
		c.Info.MaxOutput = model.MaxOutput
	}
	return &c
}

// priced writes down what a reply costs: at once, or with the event of a
// stream that says what was used, before that event is released.
func (a *Attempt) priced(c *llm.Call, reply *llm.Reply, began time.Time) {
	if a.Price == nil {
		return
	}
	charge := func(u llm.Usage) {
		if u.Known {
			c.Record.Cost, c.Record.Priced = a.Price(c.To, c.Body, u, a.Now().Sub(began))
		}
	}
	if reply.Events == nil {
		charge(reply.Usage)
		return
	}
	events := reply.Events
	reply.Events = func(yield func(llm.Event, error) bool) {
		for ev, err := range events {
			if ev.Usage != nil {
				charge(*ev.Usage)
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}
