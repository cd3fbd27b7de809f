package messages

import (
	"encoding/json"
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Events gives a stream of chunks as a message's events. call is the caller's
// own. The message ends when the chunks do, after the one that counts: a stream
// that breaks off before ends in an error.
// Source: https://platform.claude.com/docs/en/build-with-claude/streaming
func Events(call *llm.Call, in iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		s := stream{call: call, head: true}
		s.content = blocks{call: call, emit: s.emit}
		for ev, err := range in {
			if err == nil {
				err = s.hear(&ev)
			}
			if err != nil {
				yield(llm.Event{}, err)
				return
			}
			if !s.say(&ev, yield) || ev.Last {
				return
			}
		}
		yield(llm.Event{}, &llm.Error{Class: llm.APIConnectionError, Message: "the stream broke off before its end"})
	}
}

// stream is a message under way.
type stream struct {
	call    *llm.Call
	out     []llm.Event // what the current chunk becomes
	begun   bool
	head    bool // no content yet
	usage   llm.Usage
	finish  string
	stop    string // the sequence that ended it
	refused bool
	content blocks
}

// chunk is one of OpenAI's. Only its first choice is looked at: Anthropic has
// one.
type chunk struct {
	ID      string `json:"id"`
	Model   string `json:"model"`
	Choices []struct {
		Index  int             `json:"index"`
		Delta  delta           `json:"delta"`
		Finish string          `json:"finish_reason"`
		Stop   json.RawMessage `json:"stop_reason"` // vLLM's
	} `json:"choices"`
}

type delta struct {
	Content   json.RawMessage `json:"content"`
	Refusal   json.RawMessage `json:"refusal"`
	Reasoning json.RawMessage `json:"reasoning_content"`
	Thoughts  json.RawMessage `json:"thinking_blocks"`
	Calls     []piece         `json:"tool_calls"`
	Fields    json.RawMessage `json:"provider_specific_fields"`
}

// hear reads an event into s.out.
func (s *stream) hear(ev *llm.Event) error {
	s.out = s.out[:0]
	if ev.Usage != nil {
		s.usage = *ev.Usage
	}
	if len(ev.Data) > 0 {
		var c chunk
		if err := json.Unmarshal(ev.Data, &c); err != nil {
			return odd(err)
		}
		s.begin(c.ID, c.Model)
		for i := range c.Choices {
			if one := &c.Choices[i]; one.Index == 0 {
				s.delta(&one.Delta)
				if one.Finish != "" {
					s.finish = one.Finish
				}
				if isText(one.Stop) {
					_ = json.Unmarshal(one.Stop, &s.stop) // it is a text
				}
			}
		}
	}
	if ev.Last {
		s.begin("", "")
		s.end()
	}
	return nil
}

// say yields what an event became: nothing is still an event, since it may count.
func (s *stream) say(ev *llm.Event, yield func(llm.Event, error) bool) bool {
	if len(s.out) == 0 {
		s.out = append(s.out, llm.Event{Head: s.head})
	}
	last := len(s.out) - 1
	s.out[last].Usage, s.out[last].Last = ev.Usage, ev.Last
	for i := range s.out {
		s.out[i].More = ev.More || i < last
		if !yield(s.out[i], nil) {
			return false
		}
	}
	return true
}

func (s *stream) begin(id, model string) {
	if s.begun {
		return
	}
	s.begun = true
	m := envelope(s.call, id, model).
		WithRaw("content", json.RawMessage("[]")).
		WithRaw("stop_reason", json.RawMessage("null")).
		WithRaw("stop_sequence", json.RawMessage("null")).
		WithRaw("usage", usageOf(s.usage).Bytes())
	s.emit("message_start", typed("message_start").WithRaw("message", m.Bytes()).Bytes())
}

func (s *stream) delta(d *delta) {
	thought := some(d.Reasoning)
	if thought {
		s.content.add(said{kind: "thinking", text: d.Reasoning})
	}
	for _, item := range raw.Items(d.Thoughts) {
		s.thought(item, thought)
	}
	if some(d.Content) {
		s.content.add(said{kind: "text", text: d.Content})
	}
	if some(d.Refusal) {
		s.refused = true
		s.content.add(said{kind: "text", text: d.Refusal})
	}
	for i := range d.Calls {
		s.content.tool(&d.Calls[i])
	}
	if own, err := raw.Parse(d.Fields); err == nil {
		if stop, _ := own.Text("stop_sequence"); stop != "" {
			s.stop = stop
		}
	}
}

// thought takes a thinking block. LiteLLM streams them in pieces, beside the
// same text; only the signature of such a piece is news.
func (s *stream) thought(item json.RawMessage, beside bool) {
	b, err := raw.Parse(item)
	if err != nil {
		return // not what it says it is
	}
	b, ok := thinkingBlock(b)
	if signature, _ := b.Text("signature"); ok && (signature != "" || !beside) {
		s.content.add(said{kind: "thought", block: b})
	}
}

// some reports whether a value is a text with something in it.
func some(v json.RawMessage) bool { return isText(v) && len(v) > 2 }

func (s *stream) end() {
	s.content.end()
	stop := stopReason(s.finish, s.stop, s.refused, len(s.content.calls) > 0)
	s.emit("message_delta", typed("message_delta").WithRaw("delta", stop.Bytes()).WithRaw("usage", usageOf(s.usage).Bytes()).Bytes())
	s.emit("message_stop", typed("message_stop").Bytes())
}

// emit adds an event. All but the message's start are content, or come after it.
func (s *stream) emit(name string, data []byte) {
	s.head = s.head && name == "message_start"
	s.out = append(s.out, llm.Event{Name: name, Data: data, Head: s.head})
}
