package anthropic

import (
	"encoding/json"
	"errors"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var (
	errNoStart  = errors.New("the stream has content before its message")
	errNotFirst = errors.New("the stream starts a second message")
)

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

// stream is a reply under way.
type stream struct {
	*chat.Stream
	call     *llm.Call
	byTool   bool // an answerTool's input is the answer
	answered bool // it was used
	started  bool
	open     open // the content block that is open
	counts   counts
}

// start makes ready for a stream.
// Source: https://platform.claude.com/docs/en/build-with-claude/streaming
func start(call *llm.Call) chat.Reader {
	s := &stream{call: call, byTool: byTool(call)}
	return func(ev sse.Event, out *chat.Stream) error {
		s.Stream = out
		return s.event(ev.Data)
	}
}

func (s *stream) event(data []byte) error {
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	if !s.started && m.Type != "message_start" && m.Type != "ping" && m.Type != "error" {
		return errNoStart
	}
	switch m.Type {
	case "message_start":
		return s.begin(&m.Message)
	case "content_block_start":
		return s.beginBlock(m.Block)
	case "content_block_delta":
		return s.delta(&m)
	case "content_block_stop":
		return s.endBlock()
	case "message_delta":
		return s.finish(&m, data)
	case "message_stop":
		s.End()
	case "error":
		return fail(s.call, &wire.Response{Status: 200, Body: data})
	}
	return nil
}

// begin gives the role, once and first.
func (s *stream) begin(a *answer) error {
	if s.started {
		return errNotFirst
	}
	s.started = true
	if err := s.counts.merge(a.Usage); err != nil {
		return err
	}
	h := chat.Head{ID: a.ID, Model: a.Model}
	if tier := s.counts.tier(); tier != "" {
		h.More = h.More.WithText("service_tier", tier)
	}
	s.MustEnd()
	s.Start(h)
	s.Open(0, raw.Object{}.WithRaw("refusal", json.RawMessage("null")))
	s.Usage(s.counts.usage())
	return nil
}

// finish gives the stop reason, completes the counts, and says what OpenAI has
// no word for.
func (s *stream) finish(m *message, data []byte) error {
	if err := s.counts.merge(m.Usage); err != nil {
		return err
	}
	s.UsageAs(s.counts.usage(), s.counts.object())
	if m.Delta.Stop == "" {
		return nil
	}
	body, err := raw.Parse(data)
	if err != nil {
		return err
	}
	v, _ := body.Raw("delta")
	delta, err := raw.Parse(v)
	if err != nil {
		return err
	}
	s.Fields(0, unmapped(delta))
	s.Finish(0, finish(m.Delta.Stop, s.answered))
	return nil
}
