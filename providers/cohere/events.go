package cohere

import (
	"bytes"
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// event is one event of a stream; which members it has depends on Type. In a
// delta a list is the one element that comes.
type event struct {
	Type     string          `json:"type"`
	ID       string          `json:"id"`
	Logprobs json.RawMessage `json:"logprobs"`
	Delta    struct {
		Message struct {
			Content   json.RawMessage `json:"content"`
			Plan      json.RawMessage `json:"tool_plan"`
			Calls     json.RawMessage `json:"tool_calls"`
			Citations json.RawMessage `json:"citations"`
		} `json:"message"`
		Error  string          `json:"error"`
		Finish string          `json:"finish_reason"`
		Usage  json.RawMessage `json:"usage"`
	} `json:"delta"`
}

// stream is a reply under way.
type stream struct {
	call    *llm.Call
	thought []byte // of the open part of the content: a JSON string without its quotes
	argued  bool   // the open tool call has arguments
}

// start makes the reader of one stream.
func start(call *llm.Call) chat.Reader { return (&stream{call: call}).read }

func (t *stream) read(in sse.Event, s *chat.Stream) error {
	var ev event
	if err := json.Unmarshal(in.Data, &ev); err != nil {
		return err
	}
	m := &ev.Delta.Message
	switch ev.Type {
	case "message-start":
		s.Start(chat.Head{ID: ev.ID})
		s.Role(0)
	case "content-start", "content-delta":
		return t.content(&ev, s)
	case "content-end":
		if len(t.thought) > 0 {
			text := append(append([]byte{'"'}, t.thought...), '"')
			s.Thought(0, raw.Object{}.WithText("type", "thinking").WithRaw("thinking", text))
		}
		t.thought = nil
	case "tool-plan-delta":
		if chat.IsText(m.Plan) {
			s.Reasoning(0, m.Plan)
		}
	case "tool-call-start", "tool-call-delta":
		return t.tool(&ev, s)
	case "tool-call-end":
		if !t.argued {
			s.Arguments(0, json.RawMessage(`"{}"`))
		}
	case "citation-start":
		if len(m.Citations) > 0 {
			list := append(append([]byte{'['}, m.Citations...), ']')
			s.Fields(0, raw.Object{}.WithRaw("citations", list))
		}
	case "citation-end":
	case "message-end":
		return t.end(&ev, in.Data, s)
	case "", "error":
		return fail(t.call, &wire.Response{Status: 200, Body: bytes.Clone(in.Data)})
	default:
		return t.other(&ev, in.Data, s)
	}
	return nil
}

// content is a piece of what the model says or thinks.
func (t *stream) content(ev *event, s *chat.Stream) error {
	var piece struct {
		Text     json.RawMessage `json:"text"`
		Thinking json.RawMessage `json:"thinking"`
	}
	if v := ev.Delta.Message.Content; len(v) > 0 {
		if err := json.Unmarshal(v, &piece); err != nil {
			return err
		}
	}
	if chat.IsText(piece.Thinking) {
		s.Reasoning(0, piece.Thinking)
		t.thought = append(t.thought, piece.Thinking[1:len(piece.Thinking)-1]...)
	}
	if chat.IsText(piece.Text) {
		s.Text(0, piece.Text)
	}
	probable, err := logprobs(ev.Logprobs)
	if probable != nil {
		s.Logprobs(0, probable)
	}
	return err
}

// tool begins a call or goes on with the one that is open.
func (t *stream) tool(ev *event, s *chat.Stream) error {
	var c toolCall
	if v := ev.Delta.Message.Calls; len(v) > 0 {
		if err := json.Unmarshal(v, &c); err != nil {
			return err
		}
	}
	if ev.Type == "tool-call-start" {
		s.Call(0, c.ID, c.Function.Name, "")
		t.argued = false
	}
	if v := c.Function.Arguments; chat.IsText(v) && len(v) > 2 {
		s.Arguments(0, v)
		t.argued = true
	}
	return nil
}

// end is the last event. What else its delta says is kept, as in a plain reply.
func (t *stream) end(ev *event, data []byte, s *chat.Stream) error {
	if err := failure(ev.Delta.Finish, ev.Delta.Error); err != nil {
		return err
	}
	body, err := raw.Parse(bytes.Clone(data))
	if err != nil {
		return err
	}
	fields := noted(ev.Delta.Finish)
	v, _ := body.Raw("delta")
	if delta, err := raw.Parse(v); err == nil {
		fields = fields.Merged(delta.Without("error", "finish_reason", "message", "usage"))
	}
	if u := usage(ev.Delta.Usage); u.Known {
		s.Usage(u)
		fields = fields.WithRaw("usage", ev.Delta.Usage)
	}
	s.Fields(0, fields)
	s.Finish(0, finish(ev.Delta.Finish))
	s.End()
	return nil
}

// other is an event that is younger than this package.
func (t *stream) other(ev *event, data []byte, s *chat.Stream) error {
	o, err := raw.Parse(bytes.Clone(data))
	if err != nil {
		return err
	}
	s.Fields(0, raw.Object{}.WithRaw(ev.Type, o.Without("type").Bytes()))
	return nil
}
