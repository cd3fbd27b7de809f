package answer

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

// event is one of Anthropic's; which members it has depends on Type.
type event struct {
	Type    string          `json:"type"`
	Message message         `json:"message"`
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
	byTool   bool // the Tool's input is the answer
	answered bool // it was used
	started  bool
	open     open // the content block that is open
	counts   counts
}

// Reader reads a stream. byTool says that the call is answered by the Tool.
// Source: https://platform.claude.com/docs/en/build-with-claude/streaming
func Reader(call *llm.Call, byTool bool) chat.Reader {
	s := &stream{call: call, byTool: byTool}
	return func(ev sse.Event, out *chat.Stream) error {
		s.Stream = out
		return s.event(ev.Data)
	}
}

func (s *stream) event(data []byte) error {
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	if !s.started && e.Type != "message_start" && e.Type != "ping" && e.Type != "error" {
		return errNoStart
	}
	switch e.Type {
	case "message_start":
		return s.begin(&e.Message)
	case "content_block_start":
		return s.beginBlock(e.Block)
	case "content_block_delta":
		return s.delta(&e)
	case "content_block_stop":
		return s.endBlock()
	case "message_delta":
		return s.finish(&e, data)
	case "message_stop":
		s.End()
	case "error":
		return Fail(s.call, &wire.Response{Status: 200, Body: data})
	}
	return nil
}

// begin gives the role, once and first.
func (s *stream) begin(m *message) error {
	if s.started {
		return errNotFirst
	}
	s.started = true
	if err := s.counts.merge(m.Usage); err != nil {
		return err
	}
	h := chat.Head{ID: m.ID, Model: m.Model}
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
func (s *stream) finish(e *event, data []byte) error {
	if err := s.counts.merge(e.Usage); err != nil {
		return err
	}
	s.UsageAs(s.counts.usage(), s.counts.object())
	if e.Delta.Stop == "" {
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
	s.Finish(0, finish(e.Delta.Stop, s.answered))
	return nil
}
