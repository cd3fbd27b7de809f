package attempt

import (
	"context"
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Bridge says a call in OpenAI's words, and the reply to that in the caller's.
// It does no I/O; call is the caller's own, in all its functions.
type Bridge struct {
	// Split gives a body for each of the calls that a call really is. Join puts
	// their replies together, in their order, and Chain their streams, of which
	// open begins the i-th. Split is nil where a call is always one.
	Split func(body raw.Object) ([]raw.Object, error)
	Join  func(call *llm.Call, replies []*llm.Reply) (*llm.Reply, error)
	Chain func(call *llm.Call, count int, open func(i int) (*llm.Reply, error)) (*llm.Reply, error)

	Call   func(call *llm.Call) (*llm.Call, error)
	Reply  func(call *llm.Call, reply *llm.Reply) (*llm.Reply, error)
	Events func(call *llm.Call, events iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error]
}

// bridge is the one that a provider needs for a call; the zero Bridge when it
// understands the call as it is, or there is none. A deployment's own defaults
// are OpenAI's members: where they cannot stand beside the caller's, it needs
// one too.
func (a *Attempt) bridge(p llm.Provider, c *llm.Call) Bridge {
	if c.Format == llm.OpenAI {
		return Bridge{}
	}
	if s, ok := p.(llm.Speaker); ok && s.Speaks(c.Op, c.Format) && (c.To.Params.Len() == 0 || c.Format == llm.Completions || c.Format == llm.Messages) {
		return Bridge{}
	}
	return a.Bridges[c.Format]
}

// ask has a provider answer a call over the bridge; the zero Bridge leads
// straight there.
func (b Bridge) ask(ctx context.Context, p llm.Provider, c *llm.Call) (*llm.Reply, error) {
	if b.Split == nil {
		return b.one(ctx, p, c)
	}
	bodies, err := b.Split(c.Body)
	if err != nil {
		return nil, err
	}
	if len(bodies) == 1 {
		return b.one(ctx, p, c)
	}
	part := func(i int) (*llm.Reply, error) {
		one := *c
		one.Body = bodies[i]
		return b.one(ctx, p, &one)
	}
	if c.Stream {
		return b.Chain(c, len(bodies), part)
	}
	replies := make([]*llm.Reply, 0, len(bodies))
	for i := range bodies {
		reply, err := part(i)
		if err != nil {
			closed(replies)
			return nil, err
		}
		replies = append(replies, reply)
	}
	whole, err := b.Join(c, replies)
	if err != nil {
		closed(replies)
	}
	return whole, err
}

func closed(replies []*llm.Reply) {
	for _, r := range replies {
		_ = r.Close() // something else went wrong before
	}
}

// one asks for one reply, with what the deployment adds.
func (b Bridge) one(ctx context.Context, p llm.Provider, c *llm.Call) (*llm.Reply, error) {
	asked := *c
	if b.Call != nil {
		said, err := b.Call(c)
		if err != nil {
			return nil, err
		}
		asked = *said
	}
	asked.Body = withDefaults(asked.Op, asked.Body, asked.To.Params).Merged(asked.Options.ExtraBody)
	reply, err := p.Do(ctx, &asked)
	if err != nil || b.Call == nil {
		return reply, err
	}
	return b.back(c, reply)
}

// back gives a reply in the caller's words, or closes it.
func (b Bridge) back(call *llm.Call, reply *llm.Reply) (*llm.Reply, error) {
	if reply.Events != nil {
		over := &llm.Reply{Format: call.Format, Header: reply.Header, Events: b.Events(call, reply.Events)}
		over.OnClose(reply.Close)
		return over, nil
	}
	over, err := b.Reply(call, reply)
	if err != nil {
		_ = reply.Close() // the error says more
		return nil, err
	}
	over.Format, over.Header, over.Usage = call.Format, reply.Header, reply.Usage
	over.OnClose(reply.Close)
	return over, nil
}
