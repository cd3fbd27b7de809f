package completions

import (
	"encoding/json"
	"iter"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Join puts the completions of Split's bodies together, in their order: with n
// completions each, choice k of prompt i has the index n*i+k. call is the one
// that was split. Closing the reply closes them all; after an error they are
// still the caller's to close.
func Join(call *llm.Call, replies []*llm.Reply) (*llm.Reply, error) {
	all := &llm.Reply{Format: call.Format, Header: replies[0].Header, Body: replies[0].Body}
	var choices []raw.Object
	all.Usage.Known = true
	for i, reply := range replies {
		v, _ := reply.Body.Raw("choices")
		moved, err := shifted(v, i*choicesOf(call))
		if err != nil {
			return nil, err
		}
		choices = append(choices, moved...)
		all.Usage = sum(all.Usage, reply.Usage)
	}
	all.Body = all.Body.WithList("choices", choices)
	if all.Body.Has("usage") {
		all.Body = all.Body.WithRaw("usage", shown(all.Usage))
	}
	for _, reply := range replies {
		all.OnClose(reply.Close)
	}
	return all, nil
}

// Chain is Join for streams, which follow each other. open begins the stream of
// prompt i: the first before Chain returns, each other when the one before it
// has ended well. They are closed as they end, the current one with the reply.
func Chain(call *llm.Call, count int, open func(i int) (*llm.Reply, error)) (*llm.Reply, error) {
	first, err := open(0)
	if err != nil {
		return nil, err
	}
	c := &chain{call: call, count: count, open: open, current: first, before: llm.Usage{Known: true}}
	all := &llm.Reply{Format: call.Format, Header: first.Header, Events: c.events()}
	all.OnClose(func() error { return c.current.Close() })
	return all, nil
}

type chain struct {
	call    *llm.Call
	count   int
	open    func(i int) (*llm.Reply, error)
	current *llm.Reply
	id      json.RawMessage // of the first chunk, which all get
	before  llm.Usage       // what the streams that have ended used
	latest  llm.Usage       // what the current one has so far
}

func (c *chain) events() iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for i := range c.count {
			if i > 0 {
				if err := c.next(i); err != nil {
					yield(llm.Event{}, err)
					return
				}
			}
			whole := false
			for ev, err := range c.current.Events {
				if err == nil {
					whole = whole || ev.Last
					ev, err = c.event(i, ev)
				}
				if !yield(ev, err) || err != nil {
					return
				}
			}
			if !whole {
				return // whoever reads misses the last event, and says so
			}
		}
	}
}

// next opens the next stream. The one that has ended is closed; an error of
// that has no meaning to anyone any more.
func (c *chain) next(i int) error {
	_ = c.current.Close()
	c.before, c.latest = sum(c.before, c.latest), llm.Usage{}
	reply, err := c.open(i)
	if err == nil {
		c.current = reply
	}
	return err
}

// event is one of prompt i's. Only the last one of all is the last, and shows
// the counts of all.
func (c *chain) event(i int, ev llm.Event) (llm.Event, error) {
	body := raw.Object{}
	if len(ev.Data) > 0 {
		var err error
		if body, err = c.chunk(i, ev.Data); err != nil {
			return llm.Event{}, err
		}
	}
	ev.Head, ev.Last = ev.Head && i == 0, ev.Last && i == c.count-1
	if ev.Usage != nil {
		c.latest = *ev.Usage
		total := sum(c.before, c.latest)
		ev.Usage = &total
	}
	switch {
	case body.Has("usage") && ev.Last:
		ev.Data = body.WithRaw("usage", shown(sum(c.before, c.latest))).Bytes()
	case body.Has("usage"): // of one stream among several
		ev.Data = nil
		if v, _ := body.Raw("choices"); len(v) > len("[]") {
			ev.Data = body.WithRaw("usage", json.RawMessage("null")).Bytes()
		}
	case body.Len() > 0:
		ev.Data = body.Bytes()
	}
	return ev, nil
}

func (c *chain) chunk(i int, data []byte) (raw.Object, error) {
	body, err := raw.Parse(data)
	if err != nil {
		return body, odd(err)
	}
	if id, ok := body.Raw("id"); ok && c.id == nil {
		c.id = append(c.id, id...)
	}
	if c.id != nil {
		body = body.WithRaw("id", c.id)
	}
	v, _ := body.Raw("choices")
	choices, err := shifted(v, i*choicesOf(c.call))
	return body.WithList("choices", choices), err
}

// shifted adds to the indexes of choices.
func shifted(v json.RawMessage, by int) ([]raw.Object, error) {
	var out []raw.Object
	for _, item := range raw.Items(v) {
		choice, err := raw.Parse(item)
		if err != nil {
			return nil, odd(err)
		}
		at, err := number(choice, "index")
		if err != nil {
			return nil, odd(err)
		}
		out = append(out, choice.WithRaw("index", strconv.AppendInt(nil, int64(at+by), 10)))
	}
	return out, nil
}
