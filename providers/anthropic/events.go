package anthropic

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoStart = errors.New("the stream has content before its message")

// events translates a stream, one event for each that comes in.
// Source: https://platform.claude.com/docs/en/build-with-claude/streaming
func events(now func() time.Time) func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return func(yield func(llm.Event, error) bool) {
			s := stream{call: call, now: now, head: true, byTool: byTool(call)}
			for ev, err := range in {
				if err != nil {
					yield(llm.Event{}, err)
					return
				}
				out, err := s.event(ev.Data)
				out.More = ev.More
				if !yield(out, err) || err != nil || out.Last {
					return
				}
			}
			yield(llm.Event{}, wire.ErrCut)
		}
	}
}

// message is one event of Anthropic's; which members it has depends on Type.
type message struct {
	Type    string          `json:"type"`
	Message answer          `json:"message"`
	Block   json.RawMessage `json:"content_block"`
	Delta   struct {
		Type      string          `json:"type"`
		Text      json.RawMessage `json:"text"`
		Thinking  json.RawMessage `json:"thinking"`
		Signature string          `json:"signature"`
		Partial   json.RawMessage `json:"partial_json"`
		Citation  json.RawMessage `json:"citation"`
		Stop      string          `json:"stop_reason"`
	} `json:"delta"`
	Usage json.RawMessage `json:"usage"`
}

type stream struct {
	call     *llm.Call
	now      func() time.Time
	byTool   bool // an answerTool's input is the answer
	answered bool // it was used
	head     bool // no content yet
	finished bool // a stop reason came
	calls    int  // tool calls begun
	open     open // the content block that is open
	counts   counts
	prefix   []byte // of every chunk, up to its choices
	buf      []byte
}

func (s *stream) event(data []byte) (llm.Event, error) {
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		return llm.Event{}, err
	}
	if s.prefix == nil && m.Type != "message_start" && m.Type != "ping" && m.Type != "error" {
		return llm.Event{}, errNoStart
	}
	var out llm.Event
	var err error
	switch m.Type {
	case "message_start":
		out, err = s.start(&m)
	case "content_block_start":
		out.Data, err = s.begin(m.Block)
	case "content_block_delta":
		out.Data, err = s.delta(&m)
	case "content_block_stop":
		out.Data, err = s.end()
	case "message_delta":
		out, err = s.finish(&m, data)
	case "message_stop":
		out, err = s.last()
	case "error":
		err = fail(s.call, &wire.Response{Status: 200, Body: data})
	}
	if m.Type != "message_start" && len(out.Data) > 0 {
		s.head = false
	}
	out.Head = s.head && !out.Last
	return out, err
}

// start gives the role, once and first.
func (s *stream) start(m *message) (llm.Event, error) {
	if s.prefix != nil {
		return llm.Event{}, errors.New("the stream starts a second message")
	}
	if err := s.counts.merge(m.Message.Usage); err != nil {
		return llm.Event{}, err
	}
	o := raw.Object{}.WithText("id", m.Message.ID).WithText("object", "chat.completion.chunk")
	o = number(o, "created", s.now().Unix()).WithText("model", m.Message.Model)
	if tier := s.counts.tier(); tier != "" {
		o = o.WithText("service_tier", tier)
	}
	s.prefix = bytes.TrimSuffix(o.Bytes(), []byte("}"))
	u := s.counts.usage()
	return llm.Event{Data: s.chunk(`{"role":"assistant","content":"","refusal":null}`, "null"), Usage: &u}, nil
}

// chunk writes one chunk. Its bytes are valid until the next one.
func (s *stream) chunk(delta, finish string) []byte {
	b := append(s.buf[:0], s.prefix...)
	b = append(b, `,"choices":[{"index":0,"delta":`...)
	b = append(b, delta...)
	b = append(b, `,"logprobs":null,"finish_reason":`...)
	b = append(b, finish...)
	b = append(b, `}]`...)
	if s.call.Options.IncludeUsage {
		b = append(b, `,"usage":null`...)
	}
	s.buf = append(b, '}')
	return s.buf
}

// finish gives the stop reason and completes the counts.
func (s *stream) finish(m *message, data []byte) (llm.Event, error) {
	if err := s.counts.merge(m.Usage); err != nil {
		return llm.Event{}, err
	}
	u := s.counts.usage()
	out := llm.Event{Usage: &u}
	if m.Delta.Stop != "" && !s.finished {
		s.finished = true
		more, err := ending(data)
		if err != nil {
			return llm.Event{}, err
		}
		out.Data = s.chunk(more, strconv.Quote(finish(m.Delta.Stop, s.answered && s.calls == 0)))
	}
	return out, nil
}

// ending is the delta of the last choice: what the end of a message says that
// OpenAI has no word for.
func ending(data []byte) (string, error) {
	body, err := raw.Parse(data)
	if err != nil {
		return "", err
	}
	v, _ := body.Raw("delta")
	delta, err := raw.Parse(v)
	if err != nil {
		return "", err
	}
	if delta = unmapped(delta); delta.Len() == 0 {
		return "{}", nil
	}
	return string(raw.Object{}.WithRaw("provider_specific_fields", delta.Bytes()).Bytes()), nil
}

// last ends the stream, with the counts if the caller asked for them. A stream
// that gave no stop reason was cut.
func (s *stream) last() (llm.Event, error) {
	if !s.finished {
		return llm.Event{}, wire.ErrCut
	}
	out := llm.Event{Last: true}
	if s.call.Options.IncludeUsage {
		b := append(s.buf[:0], s.prefix...)
		b = append(b, `,"choices":[],"usage":`...)
		b = append(b, s.counts.object().Bytes()...)
		s.buf = append(b, '}')
		out.Data = s.buf
	}
	return out, nil
}
