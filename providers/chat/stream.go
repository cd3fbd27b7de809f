package chat

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Reader reads one event of a vendor's stream and says into s what it means.
// An error ends the stream.
type Reader func(ev sse.Event, s *Stream) error

// Events makes a wire.Codec's Events of a vendor's Reader; start makes one for
// each stream. One event of the vendor's becomes one chunk of OpenAI's, or
// none. The stream is whole when the reader called End, or when it ran out
// after every choice had finished; otherwise it was cut.
func Events(now func() time.Time, start func(*llm.Call) Reader) func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return func(yield func(llm.Event, error) bool) {
			s := &Stream{call: call, now: now, head: true}
			read := start(call)
			for ev, err := range in {
				if err != nil {
					yield(llm.Event{}, err)
					return
				}
				if err := read(ev, s); err != nil {
					yield(llm.Event{}, err)
					return
				}
				out := s.flush(ev.More || s.ended)
				if s.ended && len(out.Data) == 0 {
					s.usage = out.Usage
					break
				}
				if !yield(out, nil) {
					return
				}
				if s.ended {
					break
				}
			}
			if s.withAnswer && !s.close(yield) {
				return
			}
			if !s.whole() {
				yield(llm.Event{}, wire.ErrCut)
				return
			}
			yield(s.last(), nil)
		}
	}
}

// Stream is the reply under way. Its methods add to the chunk that the current
// event becomes. Choices are numbered from 0.
type Stream struct {
	call    *llm.Call
	now     func() time.Time
	choices []delta
	head    bool   // no content yet
	ended   bool   // the format's own end came
	prefix  []byte // of every chunk, up to its choices
	buf     []byte
	usage   *llm.Usage // reported by the current event
	total   llm.Usage
	counts  raw.Object // total as the caller sees it; empty: UsageObject's
	mustEnd bool

	withAnswer bool // a choice ends with the answer
}

// Start says what the vendor says of the reply. What it does not say is filled
// in, as for a stream that is never started.
func (s *Stream) Start(h Head) {
	if s.prefix != nil {
		return
	}
	o := h.complete(s.call, s.now).object("chat.completion.chunk")
	s.prefix = bytes.TrimSuffix(o.Bytes(), []byte("}"))
}

// MustEnd says that the format has an end of its own, so that a stream without
// it was cut even after every choice had finished.
func (s *Stream) MustEnd() { s.mustEnd = true }

// Role opens a choice before its content comes.
func (s *Stream) Role(choice int) { s.at(choice).some = true }

// Open opens a choice as Role does, with members beside its role.
func (s *Stream) Open(choice int, with raw.Object) {
	d := s.at(choice)
	d.more = d.more.Merged(with)
	d.some = true
}

// Text adds to a choice's content: a JSON string.
func (s *Stream) Text(choice int, quoted json.RawMessage) {
	if d := s.at(choice); len(quoted) > 2 {
		d.content = append(d.content, quoted[1:len(quoted)-1]...)
		d.some, s.head = true, false
	}
}

// Reasoning adds to a choice's reasoning_content: a JSON string.
func (s *Stream) Reasoning(choice int, quoted json.RawMessage) {
	if d := s.at(choice); len(quoted) > 2 {
		d.reasoning = append(d.reasoning, quoted[1:len(quoted)-1]...)
		d.some, s.head = true, false
	}
}

// Thought adds a whole thinking block.
func (s *Stream) Thought(choice int, block raw.Object) {
	d := s.at(choice)
	d.thoughts = append(d.thoughts, block)
	d.some, s.head = true, false
}

// Call begins a tool call. arguments are what is known of them already. An
// empty id is filled in.
func (s *Stream) Call(choice int, id, name, arguments string) {
	d := s.at(choice)
	if id == "" {
		id = callID(s.call, choice, d.calls)
	}
	f := raw.Object{}.WithText("name", name).WithText("arguments", arguments)
	o := Number(raw.Object{}, "index", int64(d.calls)).WithText("id", id).WithText("type", "function").WithRaw("function", f.Bytes())
	d.calls++
	d.pieces = append(d.pieces, o)
	d.some, s.head = true, false
}

// CallFields adds provider_specific_fields to the tool call that Call has just
// begun.
func (s *Stream) CallFields(choice int, o raw.Object) {
	d := s.at(choice)
	if last := len(d.pieces) - 1; last >= 0 && o.Len() > 0 {
		d.pieces[last] = d.pieces[last].WithRaw("provider_specific_fields", o.Bytes())
	}
}

// Arguments continues a choice's last tool call with a piece of its arguments,
// itself a JSON string.
func (s *Stream) Arguments(choice int, quoted json.RawMessage) {
	d := s.at(choice)
	if len(quoted) <= 2 || d.calls == 0 {
		return
	}
	f := raw.Object{}.WithRaw("arguments", quoted)
	d.pieces = append(d.pieces, Number(raw.Object{}, "index", int64(d.calls-1)).WithRaw("function", f.Bytes()))
	d.some, s.head = true, false
}

// More adds members to a choice's delta that have no method of their own.
func (s *Stream) More(choice int, o raw.Object) {
	if o.Len() == 0 {
		return
	}
	d := s.at(choice)
	d.more = d.more.Merged(o)
	d.some, s.head = true, false
}

// Fields adds provider_specific_fields: what OpenAI has no word for.
func (s *Stream) Fields(choice int, o raw.Object) {
	if o.Len() > 0 {
		s.More(choice, raw.Object{}.WithRaw("provider_specific_fields", o.Bytes()))
	}
}

// Logprobs are those of the current event's text.
func (s *Stream) Logprobs(choice int, v json.RawMessage) { s.at(choice).logprobs = v }

// Finish says why a choice ended, as Answer.Finish. The first word counts.
func (s *Stream) Finish(choice int, word string) {
	if d := s.at(choice); !d.finished {
		d.finished, d.some, s.head = true, true, false
		d.finish = finish(word, d.calls)
	}
}

// Answer says a whole answer at once.
func (s *Stream) Answer(choice int, a *Answer) {
	s.Role(choice)
	s.Text(choice, raw.Quote(a.Text))
	s.Reasoning(choice, raw.Quote(a.Reasoning))
	for _, block := range a.Thoughts {
		s.Thought(choice, block)
	}
	for _, c := range a.Calls {
		s.Call(choice, c.ID, c.Name, string(c.Arguments))
		s.CallFields(choice, c.Fields)
	}
	more := a.More
	if a.Refusal != "" {
		more = more.WithText("refusal", a.Refusal)
	}
	s.More(choice, more)
	s.Fields(choice, a.Fields)
	s.Logprobs(choice, a.Logprobs)
	s.Finish(choice, a.Finish)
}

// EndsWithAnswer says that the format has no end of its own: a choice ends
// when the vendor ends its answer, which HTTP tells from one that broke off.
func (s *Stream) EndsWithAnswer() { s.withAnswer = true }

// Usage reports counts: all that are known so far.
func (s *Stream) Usage(u llm.Usage) {
	s.total = u
	s.usage = &u
}

// UsageAs reports counts that the caller sees as o: with members that
// UsageObject has not.
func (s *Stream) UsageAs(u llm.Usage, o raw.Object) {
	s.Usage(u)
	s.counts = o
}

// End says that the format's own end came. Nothing after it is read.
func (s *Stream) End() { s.ended = true }

// close ends the choices that are still open, and reports whether to go on.
func (s *Stream) close(yield func(llm.Event, error) bool) bool {
	for i := range s.choices {
		s.Finish(i, "stop")
	}
	out := s.flush(true)
	return len(out.Data) == 0 || yield(out, nil)
}

func (s *Stream) at(choice int) *delta {
	for len(s.choices) <= choice {
		s.choices = append(s.choices, delta{})
	}
	return &s.choices[choice]
}

// flush gives the chunk of the current event.
func (s *Stream) flush(more bool) llm.Event {
	out := llm.Event{Head: s.head, More: more, Usage: s.usage, Data: s.chunk()}
	s.usage = nil
	return out
}

func (s *Stream) chunk() []byte {
	b := s.buf[:0]
	for i := range s.choices {
		d := &s.choices[i]
		if !d.some {
			continue
		}
		if len(b) == 0 {
			b = append(s.begin(b), `,"choices":[`...)
		} else {
			b = append(b, ',')
		}
		b = d.append(b, i)
	}
	if len(b) == 0 {
		return nil
	}
	b = append(b, ']')
	if s.call.Options.IncludeUsage {
		b = append(b, `,"usage":null`...)
	}
	s.buf = append(b, '}')
	return s.buf
}

func (s *Stream) begin(b []byte) []byte {
	s.Start(Head{})
	return append(b, s.prefix...)
}

// whole reports whether the stream came to its end.
func (s *Stream) whole() bool {
	if s.mustEnd && !s.ended {
		return false
	}
	wanted := 1
	if v, _ := s.call.Body.Raw("n"); len(v) > 0 {
		if n, err := strconv.Atoi(string(v)); err == nil {
			wanted = n
		}
	}
	finished := 0
	for i := range s.choices {
		if s.choices[i].finished {
			finished++
		}
	}
	return finished >= wanted || s.ended && finished > 0
}

// last ends the stream: what is left to say, or the counts if the caller asked
// for them.
func (s *Stream) last() llm.Event {
	out := llm.Event{Last: true, Usage: s.usage}
	if s.call.Options.IncludeUsage && s.total.Known {
		counts := s.counts
		if counts.Len() == 0 {
			counts = UsageObject(s.total)
		}
		b := append(s.begin(s.buf[:0]), `,"choices":[],"usage":`...)
		b = append(b, counts.Bytes()...)
		s.buf = append(b, '}')
		out.Data = s.buf
	}
	return out
}
