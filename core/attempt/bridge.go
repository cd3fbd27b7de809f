package attempt

import (
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Bridge says a call in OpenAI's words, and the reply to that in the caller's.
// It does no I/O; call is the caller's own, in all three.
type Bridge struct {
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
