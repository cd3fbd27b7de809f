package answer

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// event is one of ConverseStream's; which members it has depends on its name.
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
type event struct {
	Start struct {
		ToolUse *struct {
			ID   string `json:"toolUseId"`
			Name string `json:"name"`
			Type string `json:"type"` // set on the calls that AWS makes itself
		} `json:"toolUse"`
	} `json:"start"`
	Delta struct {
		Text    json.RawMessage `json:"text"`
		ToolUse *struct {
			Input json.RawMessage `json:"input"`
		} `json:"toolUse"`
		Reasoning *struct {
			Text      json.RawMessage `json:"text"`
			Signature string          `json:"signature"`
			Redacted  string          `json:"redactedContent"`
		} `json:"reasoningContent"`
	} `json:"delta"`
	Stop  string          `json:"stopReason"`
	Usage json.RawMessage `json:"usage"`
	Tier  tier            `json:"serviceTier"`
}

// stream is what a reader remembers between events. Blocks do not overlap.
type stream struct {
	byTool    bool // the Tool's input is the answer
	answering bool // the open block is the Tool's
	calling   bool // or a call's
	answered  bool
	calls     int
	thought   []byte // the open block's text: a JSON string without its end
	signature string
	redacted  string
}

// Reader reads a stream, whose events have their types as names. byTool says
// that the call is answered by the Tool.
func Reader(byTool bool) chat.Reader { return (&stream{byTool: byTool}).event }

func (t *stream) event(ev sse.Event, s *chat.Stream) error {
	var e event
	if err := json.Unmarshal(ev.Data, &e); err != nil {
		return err
	}
	switch ev.Name {
	case "messageStart":
		s.MustEnd() // by its metadata
		s.Role(0)
	case "contentBlockStart":
		return t.begin(&e, ev.Data, s)
	case "contentBlockDelta":
		return t.delta(&e, ev.Data, s)
	case "contentBlockStop":
		t.end(s)
	case "messageStop":
		word := finish(e.Stop)
		if t.answered && t.calls == 0 && word == "tool_calls" {
			word = "stop"
		}
		if e.Stop == "" {
			return errNoMessage
		}
		s.Finish(0, word)
		more, err := unmapped(ev.Data, "stopReason")
		if !plain(e.Stop) {
			more = more.WithText("stopReason", e.Stop)
		}
		s.Fields(0, more)
		return err
	case "metadata":
		u, err := usage(e.Usage, e.Tier)
		if err != nil {
			return err
		}
		more, err := unmapped(ev.Data, "usage", "serviceTier", "metrics")
		s.Usage(u)
		s.Fields(0, more)
		s.End()
		return err
	default:
		o, err := raw.Parse(ev.Data)
		s.Fields(0, raw.Object{}.WithRaw(ev.Name, o.Bytes()))
		return err
	}
	return nil
}

// begin opens a block. Those of texts have no start.
func (t *stream) begin(e *event, data []byte, s *chat.Stream) error {
	switch use := e.Start.ToolUse; {
	case use == nil || use.Type != "":
		return other(data, "start", s)
	case t.byTool && use.Name == Tool:
		t.answering, t.answered = true, true
	default:
		t.calling = true
		t.calls++
		s.Call(0, use.ID, use.Name, "")
		start, err := member(data, "start")
		if err != nil {
			return err
		}
		v, _ := start.Raw("toolUse")
		o, err := raw.Parse(v)
		s.CallFields(0, o.Without("toolUseId", "name"))
		return err
	}
	return nil
}

func (t *stream) delta(e *event, data []byte, s *chat.Stream) error {
	d := &e.Delta
	switch {
	case d.Text != nil:
		s.Text(0, d.Text)
	case d.ToolUse != nil && t.answering:
		s.Text(0, d.ToolUse.Input)
	case d.ToolUse != nil && t.calling:
		s.Arguments(0, d.ToolUse.Input)
	case d.Reasoning != nil:
		t.signature += d.Reasoning.Signature
		t.redacted += d.Reasoning.Redacted
		if text := d.Reasoning.Text; len(text) > 2 {
			if t.thought == nil {
				t.thought = []byte{'"'}
			}
			t.thought = append(t.thought, text[1:len(text)-1]...)
			s.Reasoning(0, text)
		}
	default:
		return other(data, "delta", s)
	}
	return nil
}

// end closes a block: a thought is given whole, to be given back.
func (t *stream) end(s *chat.Stream) {
	if t.thought != nil || t.signature != "" || t.redacted != "" {
		text := `""`
		if t.thought != nil {
			text = string(t.thought) + `"`
		}
		s.Thought(0, thinking(text, t.signature, t.redacted))
	}
	t.answering, t.calling, t.thought, t.signature, t.redacted = false, false, nil, "", ""
}

// other passes on a start or delta of a block that OpenAI has no word for.
func other(data []byte, name string, s *chat.Stream) error {
	o, err := member(data, name)
	s.Fields(0, o)
	return err
}

func member(data []byte, name string) (raw.Object, error) {
	o, err := raw.Parse(data)
	if err != nil {
		return o, err
	}
	v, _ := o.Raw(name)
	if len(v) == 0 {
		return raw.Object{}, nil
	}
	return raw.Parse(v)
}

// unmapped is what an event says beyond the names, without its padding.
func unmapped(data []byte, names ...string) (raw.Object, error) {
	o, err := raw.Parse(data)
	return o.Without(append(names, "p")...), err
}
