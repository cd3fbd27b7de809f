package anthropic

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// open is the content block a stream is in. Blocks come one after the other.
type open struct {
	kind   string
	whole  raw.Object      // as it began, of a block that OpenAI has no word for
	input  json.RawMessage // of a tool, as it began
	pieces []byte          // of a thought, or of the input of such a block
	some   bool            // a piece of a tool's input came
	answer bool            // the tool is the answerTool
	signed string
}

// begin starts a block. Most show only with their deltas.
func (s *stream) begin(v json.RawMessage) ([]byte, error) {
	var b block
	if err := json.Unmarshal(v, &b); err != nil {
		return nil, err
	}
	s.open = open{kind: b.Type, input: b.Input}
	switch b.Type {
	case "text":
		if b.Text != "" {
			return s.member("content", quoted(b.Text)), nil
		}
	case "thinking":
		s.open.pieces = []byte(b.Thinking)
	case "redacted_thinking":
		return s.member("thinking_blocks", "["+string(v)+"]"), nil
	case "tool_use":
		if s.byTool && b.Name == answerTool {
			s.open.answer, s.answered = true, true
			return nil, nil
		}
		s.calls++
		f := raw.Object{}.WithText("name", b.Name).WithText("arguments", "")
		call := raw.Object{}.WithText("id", b.ID).WithText("type", "function").WithRaw("function", f.Bytes())
		return s.toolCallChunk(call), nil
	default:
		var err error
		s.open.whole, err = raw.Parse(v)
		return nil, err
	}
	return nil, nil
}

// delta continues a block.
func (s *stream) delta(m *message) ([]byte, error) {
	d := &m.Delta
	switch d.Type {
	case "text_delta":
		if textual(d.Text) {
			return s.member("content", string(d.Text)), nil
		}
	case "thinking_delta":
		var piece string
		if err := json.Unmarshal(d.Thinking, &piece); err != nil {
			return nil, err
		}
		s.open.pieces = append(s.open.pieces, piece...)
		return s.member("reasoning_content", string(d.Thinking)), nil
	case "signature_delta":
		s.open.signed += d.Signature
	case "input_json_delta":
		if textual(d.Partial) {
			return s.input(d.Partial)
		}
	case "citations_delta":
		o := raw.Object{}.WithRaw("citation", d.Citation)
		if len(d.Citation) > 0 {
			return s.member("provider_specific_fields", string(o.Bytes())), nil
		}
	}
	return nil, nil
}

// input continues a tool's input: a piece of JSON, itself as JSON text.
func (s *stream) input(piece json.RawMessage) ([]byte, error) {
	if string(piece) == `""` {
		return nil, nil
	}
	s.open.some = true
	switch {
	case s.open.answer:
		return s.member("content", string(piece)), nil
	case s.open.kind == "tool_use":
		return s.arguments(string(piece)), nil
	}
	var text string
	if err := json.Unmarshal(piece, &text); err != nil {
		return nil, err
	}
	s.open.pieces = append(s.open.pieces, text...)
	return nil, nil
}

// end closes a block, giving what can only be said whole: a signed thought, an
// empty input, and what OpenAI has no word for.
func (s *stream) end() ([]byte, error) {
	b := s.open
	s.open = open{}
	switch b.kind {
	case "", "text", "redacted_thinking":
		return nil, nil
	case "thinking":
		thought := typed("thinking").WithText("thinking", string(b.pieces)).WithText("signature", b.signed)
		return s.member("thinking_blocks", "["+string(thought.Bytes())+"]"), nil
	case "tool_use":
		input := string(b.input)
		if input == "" {
			input = "{}"
		}
		switch {
		case b.some:
			return nil, nil
		case b.answer:
			return s.member("content", quoted(input)), nil
		}
		return s.arguments(quoted(input)), nil
	}
	if len(b.pieces) > 0 {
		if err := raw.Strict(b.pieces); err != nil {
			return nil, err
		}
		b.whole = b.whole.WithRaw("input", b.pieces)
	}
	o := raw.Object{}.WithRaw(memberOf(b.kind), list([]raw.Object{b.whole}))
	return s.member("provider_specific_fields", string(o.Bytes())), nil
}

// member writes a chunk whose delta has one member.
func (s *stream) member(name, value string) []byte {
	return s.chunk(`{"`+name+`":`+value+`}`, "null")
}

// arguments writes a chunk that continues the last tool call.
func (s *stream) arguments(piece string) []byte {
	return s.toolCallChunk(raw.Object{}.WithRaw("function", json.RawMessage(`{"arguments":`+piece+`}`)))
}

// toolCallChunk writes a chunk of the last tool call. OpenAI counts calls alone,
// where Anthropic's index counts all blocks.
func (s *stream) toolCallChunk(call raw.Object) []byte {
	index := raw.Object{}.WithRaw("index", json.RawMessage(strconv.Itoa(s.calls-1)))
	return s.member("tool_calls", "["+string(index.Merged(call).Bytes())+"]")
}

// quoted is a text as JSON.
func quoted(text string) string {
	v, _ := raw.Object{}.WithText("t", text).Raw("t")
	return string(v)
}
