package generate

import (
	"iter"
	"slices"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Events says a chat's stream as one of GenerateContentResponses: what is said
// as it comes, calls whole, and in the last one why each candidate ended and
// what was used.
func Events(call *llm.Call, events iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		s := stream{shows: includesThoughts(call), head: true}
		for ev, err := range events {
			if err == nil {
				ev, err = s.event(ev)
			}
			if !yield(ev, err) || err != nil || ev.Last {
				return
			}
		}
		yield(llm.Event{}, &llm.Error{Class: llm.APIConnectionError, Message: "the stream broke off before its end"})
	}
}

type stream struct {
	shows      bool // what is thought
	head       bool // nothing was said yet
	candidates []*candidate
	from       raw.Object // the members all events have alike
	usage      llm.Usage
}

// candidate is how far one has come.
type candidate struct {
	index  int
	open   []*toolCall // those that are being made, perhaps in turns
	ending ending
	more   raw.Object // citations and the like, kept for the end
}

func (s *stream) event(ev llm.Event) (llm.Event, error) {
	if ev.Usage != nil {
		s.usage = *ev.Usage
	}
	var said []raw.Object
	if len(ev.Data) > 0 {
		err := raw.Strict(ev.Data)
		if err == nil {
			var body raw.Object
			if body, err = raw.Parse(ev.Data); err == nil {
				said, err = s.chunk(body)
			}
		}
		if err != nil {
			return llm.Event{}, odd(err)
		}
		ev.Data = nil
	}
	if ev.Last {
		said = s.ends(said)
	}
	s.head = s.head && len(said) == 0
	ev.Head = s.head && !ev.Last
	if len(said) == 0 {
		return ev, nil
	}
	o := raw.Object{}.WithList("candidates", said)
	if ev.Last && s.usage.Known {
		o = o.WithRaw("usageMetadata", usage(s.usage))
	}
	ev.Data = o.Merged(s.from).Bytes()
	return ev, nil
}

// chunk gives the candidates that say something in a chunk.
func (s *stream) chunk(body raw.Object) ([]raw.Object, error) {
	if s.from.Len() == 0 {
		s.from = kept(from(body))
	}
	v, _ := body.Raw("choices")
	var all []raw.Object
	for _, item := range raw.Items(v) {
		choice, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		c, some, err := s.choice(choice)
		if err != nil {
			return nil, err
		}
		if some {
			all = append(all, c)
		}
	}
	return all, nil
}

func (s *stream) choice(choice raw.Object) (out raw.Object, some bool, err error) {
	index, err := indexOf(choice)
	if err != nil {
		return out, false, err
	}
	c := s.at(index)
	delta, err := inner(choice, "delta")
	if err != nil {
		return out, false, err
	}
	p, err := said(delta, s.shows, true)
	if err != nil {
		return out, false, err
	}
	calls, err := c.calls(delta)
	if err != nil {
		return out, false, err
	}
	parts := append(append(p.parts, calls...), p.own...)
	c.ending.refused = c.ending.refused || text(delta, "refusal") != ""
	c.ending.own = c.ending.own.Merged(kept(fieldsOf(delta)))
	c.more = c.more.Merged(kept(citations(delta)))
	if word := text(choice, "finish_reason"); word != "" {
		c.ending.word = word
		parts = append(parts, c.called(len(c.open))...)
	}
	v, _ := choice.Raw("logprobs")
	likely, err := logprobs(v)
	if err != nil || len(parts) == 0 && likely == nil {
		return out, false, err
	}
	out = raw.New(
		raw.Member{Name: "content", Value: content(parts)},
		raw.Member{Name: "index", Value: strconv.AppendInt(nil, int64(index), 10)},
	)
	if likely != nil {
		out = out.WithRaw("logprobsResult", likely)
	}
	return out, true, nil
}

func (s *stream) at(index int) *candidate {
	for _, c := range s.candidates {
		if c.index == index {
			return c
		}
	}
	c := &candidate{index: index}
	s.candidates = append(s.candidates, c)
	return c
}

// calls takes in pieces of calls, and gives those that are whole, in their
// order. The last one is kept until the end, as all are that are not objects
// yet: a provider may go on with one after it began another.
func (c *candidate) calls(delta raw.Object) (parts []raw.Object, err error) {
	list, err := listed(delta, "tool_calls")
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		at, err := indexOf(o)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(c.open, func(t *toolCall) bool { return t.at == at })
		if i < 0 {
			i = len(c.open)
			c.open = append(c.open, &toolCall{at: at})
		}
		if err := c.open[i].add(o); err != nil {
			return nil, err
		}
	}
	for len(c.open) > 1 && c.open[0].whole() {
		parts = append(parts, c.called(1)...)
	}
	return parts, nil
}

// called are the first calls of those that were being made.
func (c *candidate) called(count int) (parts []raw.Object) {
	for _, call := range c.open[:count] {
		if part, ok := call.part(); ok {
			parts = append(parts, part)
		} else {
			c.ending.malformed = or(c.ending.malformed, call.name)
		}
	}
	c.open = c.open[count:]
	return parts
}

// ends gives the end of every candidate, with what the last chunk said.
func (s *stream) ends(last []raw.Object) []raw.Object {
	var all []raw.Object
	slices.SortFunc(s.candidates, func(a, b *candidate) int { return a.index - b.index })
	for _, c := range s.candidates {
		index := strconv.AppendInt(nil, int64(c.index), 10)
		o := raw.New(raw.Member{Name: "content", Value: content(c.called(len(c.open)))}, raw.Member{Name: "index", Value: index})
		for _, said := range last {
			if v, _ := said.Raw("index"); string(v) == string(index) {
				o = said
			}
		}
		o = o.WithText("finishReason", c.ending.reason())
		all = append(all, o.Merged(c.ending.more()).Merged(c.more).Merged(grounding(c.ending.own)))
	}
	return all
}

// kept is an object that outlives the event it came in, whose bytes do not.
func kept(o raw.Object) raw.Object {
	copied := raw.Object{}
	for name, v := range o.All() {
		copied = copied.WithRaw(name, slices.Clone(v))
	}
	return copied
}
