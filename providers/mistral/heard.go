package mistral

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// heard is what a content that is a list says.
type heard struct {
	text, thought string
	earlier       string       // of the thought that is not closed yet
	blocks        []raw.Object // signed thoughts, which must be given back
	odd           []raw.Object // parts that OpenAI has no word for: references
}

func (h *heard) hear(list json.RawMessage) error {
	for _, item := range raw.Items(list) {
		p, err := raw.Parse(item)
		if err != nil {
			return err
		}
		switch kind, _ := p.Text("type"); kind {
		case "text":
			text, _ := p.Text("text")
			h.text += text
		case "thinking":
			if err := h.thinks(p); err != nil {
				return err
			}
		default:
			h.odd = append(h.odd, p)
		}
	}
	return nil
}

// thinks reads a thought or a piece of one, whose parts are texts and
// references.
func (h *heard) thinks(p raw.Object) error {
	var text strings.Builder
	v, _ := p.Raw("thinking")
	for _, item := range raw.Items(v) {
		piece, err := raw.Parse(item)
		if err != nil {
			return err
		}
		if kind, _ := piece.Text("type"); kind != "text" {
			h.odd = append(h.odd, piece)
			continue
		}
		said, _ := piece.Text("text")
		text.WriteString(said)
	}
	h.thought += text.String()
	h.earlier += text.String()
	signature, _ := p.Raw("signature")
	if p.Has("signature") {
		block := raw.Object{}.WithText("type", "thinking").WithText("thinking", h.earlier)
		h.blocks = append(h.blocks, block.WithRaw("signature", signature))
	}
	if closed, _ := p.Raw("closed"); p.Has("signature") || string(closed) == "true" {
		h.earlier = ""
	}
	return nil
}

// into puts what was heard into a message in place of its content.
func (h *heard) into(m raw.Object) raw.Object {
	m = m.Without("content")
	if h.text != "" {
		m = m.WithText("content", h.text)
	}
	if h.thought != "" {
		m = m.WithText("reasoning_content", h.thought)
	}
	if len(h.blocks) > 0 {
		m = m.WithRaw("thinking_blocks", raw.List(h.blocks))
	}
	if len(h.odd) > 0 {
		fields := raw.Object{}.WithRaw("content", raw.List(h.odd))
		m = m.WithRaw("provider_specific_fields", fields.Bytes())
	}
	return m
}
