package responses

import (
	"encoding/json"
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Events says a chat completion's stream as a response's. One chunk becomes any
// number of events; with chat's last event the items are ended and the whole
// response is told. A stream that stops before it is an error.
func Events(call *llm.Call, in iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		s := stream{writer: newWriter(call)}
		s.tell = s.queue
		for ev, err := range in {
			if err == nil {
				err = s.event(ev)
			}
			if err != nil {
				yield(llm.Event{}, err)
				return
			}
			if !s.release(ev, yield) || ev.Last {
				return
			}
		}
		yield(llm.Event{}, &llm.Error{Class: llm.APIConnectionError, Message: "the answer broke off"})
	}
}

// stream queues what one event of chat becomes.
type stream struct {
	*writer
	waiting []llm.Event
	usage   llm.Usage
}

func (s *stream) queue(name string, data []byte) {
	head := name == "response.created" || name == "response.in_progress"
	s.waiting = append(s.waiting, llm.Event{Name: name, Data: data, Head: head})
}

func (s *stream) event(ev llm.Event) error {
	s.waiting = s.waiting[:0]
	if ev.Usage != nil {
		s.usage = *ev.Usage
	}
	if len(ev.Data) > 0 {
		if err := s.chunk(ev.Data); err != nil {
			return broken(err)
		}
	}
	if ev.Last {
		s.last()
	}
	return nil
}

func (s *stream) chunk(data []byte) error {
	if err := raw.Strict(data); err != nil {
		return err
	}
	body, err := raw.Parse(data)
	if err != nil {
		return err
	}
	if s.response == nil {
		s.begin(body)
	}
	chosen, ok, err := choice(body)
	if err != nil || !ok {
		return err
	}
	return s.heard(chosen, "delta")
}

func (s *stream) last() {
	if s.response == nil {
		s.begin(raw.Object{})
	}
	s.finish()
	status, _ := s.status()
	s.emit("response."+status, raw.Member{Name: "response", Value: s.whole(status, counts(s.usage)).Bytes()})
}

// release yields what ev became, an empty event if that is nothing.
func (s *stream) release(ev llm.Event, yield func(llm.Event, error) bool) bool {
	if len(s.waiting) == 0 {
		return yield(llm.Event{Head: ev.Head, Usage: ev.Usage, More: ev.More}, nil)
	}
	final := len(s.waiting) - 1
	for i, out := range s.waiting {
		out.More = i < final || ev.More
		if i == final {
			out.Usage, out.Last = ev.Usage, ev.Last
		}
		if !yield(out, nil) {
			return false
		}
	}
	return true
}

// close tells that an item is whole.
func (w *writer) close(it *item, status string) {
	it.closed = true
	switch it.kind {
	case thinking:
		if it.text.open {
			w.of(it, "response.reasoning_summary_text.done", at("summary_index", &it.text), raw.Member{Name: "text", Value: it.text.quoted()})
			w.of(it, "response.reasoning_summary_part.done", at("summary_index", &it.text), it.partNow(w, &it.text))
		}
	case message:
		for n := range it.order {
			w.endPart(it, n)
		}
	case custom:
		input := textOf(it.arguments)
		w.of(it, "response.custom_tool_call_input.delta", raw.Member{Name: "delta", Value: input})
		w.of(it, "response.custom_tool_call_input.done", raw.Member{Name: "input", Value: input})
	default:
		if len(it.arguments) == 0 {
			it.arguments = []byte("{}")
			w.of(it, "response.function_call_arguments.delta", raw.Member{Name: "delta", Value: quoted(it.arguments)})
		}
		w.of(it, "response.function_call_arguments.done", raw.Member{Name: "name", Value: json.RawMessage(it.name)}, raw.Member{Name: "arguments", Value: quoted(it.arguments)})
	}
	w.about(it, "response.output_item.done", status)
}

// endPart tells that the n-th part of a message is whole.
func (w *writer) endPart(it *item, n int) {
	p := &it.text
	if it.refusal.open && it.refusal.at == n {
		p = &it.refusal
		w.of(it, "response.refusal.done", at("content_index", p), raw.Member{Name: "refusal", Value: p.quoted()})
	} else {
		w.of(it, "response.output_text.done", at("content_index", p), raw.Member{Name: "text", Value: p.quoted()}, raw.Member{Name: "logprobs", Value: raw.List(it.logprobs)})
	}
	w.of(it, "response.content_part.done", at("content_index", p), it.partNow(w, p))
}

func at(index string, p *piece) raw.Member { return number(index, int64(p.at)) }

// partNow is the member that shows a part as it is, unless nobody listens.
func (it *item) partNow(w *writer, p *piece) raw.Member {
	if w.tell == nil {
		return raw.Member{}
	}
	return raw.Member{Name: "part", Value: it.part(p).Bytes()}
}

// about tells of an item with the item in it.
func (w *writer) about(it *item, event, status string) {
	if w.tell != nil {
		w.emit(event, number("output_index", int64(it.n)), raw.Member{Name: "item", Value: it.object(status).Bytes()})
	}
}

// of tells what happens in an item.
func (w *writer) of(it *item, event string, members ...raw.Member) {
	if w.tell == nil {
		return
	}
	where := []raw.Member{{Name: "item_id", Value: raw.Quote(it.id)}, number("output_index", int64(it.n))}
	w.emit(event, append(where, members...)...)
}

func (w *writer) emit(event string, members ...raw.Member) {
	first := []raw.Member{{Name: "type", Value: raw.Quote(event)}, number("sequence_number", w.seq)}
	w.seq++
	w.tell(event, raw.New(append(first, members...)...).Bytes())
}
