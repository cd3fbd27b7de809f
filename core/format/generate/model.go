package generate

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// turn is one of the model's, as it becomes a message.
type turn struct {
	text       json.RawMessage // a JSON string; nil when there is none
	calls      []raw.Object
	thinking   json.RawMessage // a JSON string, not signed yet
	thoughts   []raw.Object    // thinking_blocks
	images     []raw.Object
	own        []raw.Object // parts that OpenAI has no word for
	signatures []string     // of texts
}

func (r *request) model(all []raw.Object) error {
	var t turn
	for _, p := range all {
		if err := r.said(&t, p); err != nil {
			return err
		}
	}
	if m := t.message(); m.Len() > 0 {
		r.messages = append(r.messages, m)
	}
	return nil
}

func (r *request) said(t *turn, p raw.Object) error {
	text, _ := p.Raw("text")
	signature, _ := p.Text("thoughtSignature")
	thought, _ := p.Raw("thought")
	switch {
	case string(thought) == "true":
		t.thought(text, signature)
	case isText(text):
		t.text = joined(t.text, text)
		if signature != "" {
			t.signatures = append(t.signatures, standard(signature))
		}
	case p.Has("functionCall"):
		call, err := r.toolCall(p)
		t.calls = append(t.calls, call)
		return err
	case p.Has("inlineData"), p.Has("fileData"):
		f, err := file(p)
		if err != nil {
			return err
		}
		if kind, _ := f.Text("type"); kind != "image_url" {
			t.own = append(t.own, p)
			return nil
		}
		if signature != "" {
			f = f.WithRaw("provider_specific_fields", raw.Object{}.WithText("thought_signature", standard(signature)).Bytes())
		}
		t.images = append(t.images, f)
	default:
		t.own = append(t.own, p)
	}
	return nil
}

// thought gathers what was thought up to its signature, with which it is a
// block that must come back as it was.
func (t *turn) thought(text json.RawMessage, signature string) {
	if isText(text) {
		t.thinking = joined(t.thinking, text)
	}
	if signature == "" {
		return
	}
	t.thoughts = append(t.thoughts, unsealed(t.thinking, signature))
	t.thinking = nil
}

// message is empty when nothing was said.
func (t *turn) message() raw.Object {
	m := raw.Object{}.WithText("role", "assistant")
	switch {
	case len(t.text) > 2:
		m = m.WithRaw("content", t.text)
	case len(t.calls) > 0:
		m = m.WithRaw("content", json.RawMessage("null"))
	case len(t.thinking)+len(t.thoughts)+len(t.images)+len(t.own)+len(t.signatures) > 0:
		m = m.WithText("content", "")
	default:
		return raw.Object{}
	}
	if len(t.thinking) > 2 {
		m = m.WithRaw("reasoning_content", t.thinking)
	}
	if len(t.thoughts) > 0 {
		m = m.WithList("thinking_blocks", t.thoughts)
	}
	if len(t.calls) > 0 {
		m = m.WithList("tool_calls", t.calls)
	}
	if len(t.images) > 0 {
		m = m.WithList("images", t.images)
	}
	fields := raw.Object{}
	if len(t.signatures) > 0 {
		list, _ := json.Marshal(t.signatures) // texts always encode
		fields = fields.WithRaw("thought_signatures", list)
	}
	if len(t.own) > 0 {
		fields = fields.WithList("parts", t.own)
	}
	if fields.Len() > 0 {
		m = m.WithRaw("provider_specific_fields", fields.Bytes())
	}
	return m
}

// joined is two JSON strings as one.
func joined(a, b json.RawMessage) json.RawMessage {
	switch {
	case len(a) <= 2:
		return b
	case len(b) <= 2:
		return a
	}
	out := make(json.RawMessage, 0, len(a)+len(b))
	return append(append(out, a[:len(a)-1]...), b[1:]...)
}
