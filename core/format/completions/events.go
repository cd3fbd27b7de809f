package completions

import (
	"encoding/json"
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Events says a chat's stream as a completion's: one event for each. What a
// completion has no word for (a role, what a model thinks) leaves an event
// without data. The counts are shown to a caller who asked for them. A chat that
// stops without an end is an error.
func Events(call *llm.Call, events iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		s := stream{writer: begin(call), counted: call.Options.IncludeUsage, head: true}
		for ev, err := range events {
			if err == nil && len(ev.Data) > 0 {
				ev.Data, err = s.chunk(ev.Data)
			}
			ev.Head = !ev.Last && s.head
			if err != nil {
				ev = llm.Event{}
			}
			if !yield(ev, err) || err != nil || ev.Last {
				return
			}
		}
		yield(llm.Event{}, &llm.Error{Class: llm.APIConnectionError, Message: "the stream broke off before its end"})
	}
}

type stream struct {
	*writer
	counted bool // the caller asked for the counts
	head    bool // nothing was said yet
}

// chunk is empty when there is nothing to say.
func (s *stream) chunk(data []byte) ([]byte, error) {
	body, err := raw.Parse(data)
	if err != nil {
		return nil, odd(err)
	}
	v, _ := body.Raw("choices")
	choices, err := s.choices(v, "delta")
	if err != nil {
		return nil, err
	}
	switch {
	case len(choices) == 0 && !(s.counted && body.Has("usage")):
		return nil, nil
	case !s.counted:
		body = body.Without("usage")
	case !body.Has("usage"):
		body = body.WithRaw("usage", json.RawMessage("null"))
	}
	s.head = s.head && len(choices) == 0
	return body.WithText("object", object).WithList("choices", choices).Bytes(), nil
}
