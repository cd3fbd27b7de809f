package answer

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// open is the content block a stream is in. Blocks come one after the other.
type open struct {
	kind   string
	whole  raw.Object      // as it began, of a block that OpenAI has no word for
	input  json.RawMessage // of a tool, as it began
	pieces []byte          // of a thought, or of the input of such a block
	some   bool            // a piece of a tool's input came
	answer bool            // of a tool: it is the Tool
	signed string
}

// beginBlock starts a block. Most show only with their deltas.
func (s *stream) beginBlock(v json.RawMessage) error {
	var b block
	if err := json.Unmarshal(v, &b); err != nil {
		return err
	}
	s.open = open{kind: b.Type, input: b.Input}
	switch b.Type {
	case "text":
		s.Text(0, raw.Quote(b.Text))
		return nil
	case "thinking":
		s.open.pieces = []byte(b.Thinking)
		return nil
	case "tool_use":
		if s.byTool && b.Name == Tool {
			s.open.answer, s.answered = true, true
			return nil
		}
		s.Call(0, b.ID, b.Name, "")
		return nil
	}
	whole, err := raw.Parse(v)
	if err != nil {
		return err
	}
	if b.Type == "redacted_thinking" {
		s.Thought(0, whole)
		return nil
	}
	s.open.whole = whole
	return nil
}

// delta continues a block.
func (s *stream) delta(e *event) error {
	d := &e.Delta
	switch d.Type {
	case "text_delta":
		if chat.IsText(d.Text) {
			s.Text(0, d.Text)
		}
	case "thinking_delta":
		var piece string
		if err := json.Unmarshal(d.Thinking, &piece); err != nil || !chat.IsText(d.Thinking) {
			return err
		}
		s.open.pieces = append(s.open.pieces, piece...)
		s.Reasoning(0, d.Thinking)
	case "signature_delta":
		s.open.signed += d.Signature
	case "input_json_delta":
		if chat.IsText(d.Partial) && string(d.Partial) != `""` {
			return s.input(d.Partial)
		}
	case "citations_delta":
		if len(d.Citation) > 0 {
			s.Fields(0, raw.Object{}.WithRaw("citation", d.Citation))
		}
	}
	return nil
}

// input continues a tool's input: a piece of JSON, itself as JSON text.
func (s *stream) input(piece json.RawMessage) error {
	s.open.some = true
	switch {
	case s.open.answer:
		s.Text(0, piece)
		return nil
	case s.open.kind == "tool_use":
		s.Arguments(0, piece)
		return nil
	}
	var text string
	if err := json.Unmarshal(piece, &text); err != nil {
		return err
	}
	s.open.pieces = append(s.open.pieces, text...)
	return nil
}

// endBlock closes a block, giving what can only be said whole: a signed
// thought, an empty input, and what OpenAI has no word for.
func (s *stream) endBlock() error {
	b := s.open
	s.open = open{}
	switch b.kind {
	case "", "text", "redacted_thinking":
		return nil
	case "thinking":
		s.Thought(0, chat.Typed("thinking").WithText("thinking", string(b.pieces)).WithText("signature", b.signed))
		return nil
	case "tool_use":
		input := string(b.input)
		if input == "" {
			input = "{}"
		}
		switch {
		case b.some:
		case b.answer:
			s.Text(0, raw.Quote(input))
		default:
			s.Arguments(0, raw.Quote(input))
		}
		return nil
	}
	if len(b.pieces) > 0 {
		if err := raw.Strict(b.pieces); err != nil {
			return err
		}
		b.whole = b.whole.WithRaw("input", b.pieces)
	}
	s.Fields(0, raw.Object{}.WithRaw(memberOf(b.kind), raw.List([]raw.Object{b.whole})))
	return nil
}
