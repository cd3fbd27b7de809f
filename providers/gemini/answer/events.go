package answer

import (
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Reader reads a stream, whose events are whole answers to be put together.
// It has no end of its own: it is over when every candidate has finished.
func Reader(now func() time.Time) func(*llm.Call) chat.Reader {
	return func(call *llm.Call) chat.Reader {
		var searches int64
		return func(ev sse.Event, s *chat.Stream) error {
			r, err := read(call, ev.Data)
			if err != nil {
				return err
			}
			s.Start(r.head)
			for i := range r.candidates {
				r.candidates[i].say(s, call, now)
			}
			if len(r.candidates) == 0 {
				s.Fields(0, r.fields)
			}
			searches += r.usage.Searches
			if r.usage.Known {
				r.usage.Searches = searches
				s.Usage(r.usage)
			}
			return nil
		}
	}
}

func (c *candidate) say(s *chat.Stream, call *llm.Call, now func() time.Time) {
	s.Role(c.index)
	for _, q := range c.reasoning {
		s.Reasoning(c.index, q)
	}
	for _, block := range c.thoughts {
		if block.Has("signature") {
			s.Thought(c.index, block)
		}
	}
	for _, q := range c.texts {
		s.Text(c.index, q)
	}
	for _, call := range c.calls {
		s.Call(c.index, call.ID, call.Name, string(call.Arguments))
		s.CallFields(c.index, call.Fields)
	}
	s.More(c.index, c.media(call, now))
	s.Fields(c.index, c.all())
	if c.logprobs != nil {
		s.Logprobs(c.index, c.logprobs)
	}
	if c.finish != "" {
		s.Finish(c.index, c.finish)
	}
}
