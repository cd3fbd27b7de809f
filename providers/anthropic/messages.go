package anthropic

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// conversation is OpenAI's messages in Anthropic's order: what the system
// says stands apart, and user and assistant take turns.
type conversation struct {
	request *request
	system  []raw.Object
	turns   []turn
}

type turn struct {
	role   string
	blocks []raw.Object
}

// add appends to the last turn, or starts one when the other side speaks.
func (c *conversation) add(role string, blocks []raw.Object) {
	if len(blocks) == 0 {
		return
	}
	if n := len(c.turns); n > 0 && c.turns[n-1].role == role {
		c.turns[n-1].blocks = append(c.turns[n-1].blocks, blocks...)
		return
	}
	c.turns = append(c.turns, turn{role, blocks})
}

func (r *request) messages() error {
	all, err := r.Messages()
	if err != nil {
		return err
	}
	c := conversation{request: r}
	if err := c.own(); err != nil {
		return err
	}
	for i := range all {
		if err := c.message(&all[i]); err != nil {
			return err
		}
	}
	if len(c.turns) == 0 {
		return chat.Invalid("messages", "Anthropic needs at least one message of a user that is not empty")
	}
	c.trimEnd()
	turns := make([]raw.Object, len(c.turns))
	for i, t := range c.turns {
		turns[i] = raw.Object{}.WithText("role", t.role).WithList("content", t.blocks)
	}
	r.out = r.out.WithList("messages", turns)
	if len(c.system) > 0 {
		r.set("system", raw.List(c.system))
	}
	return nil
}

// own reads Anthropic's member system, should the caller have written it.
func (c *conversation) own() error {
	v, ok, err := c.request.Take("system")
	if !ok || err != nil {
		return err
	}
	parts, err := chat.Parts("system", v)
	if err != nil {
		return err
	}
	c.system, err = c.request.blocks("system", parts)
	return err
}

func (c *conversation) message(m *chat.Message) error {
	blocks, err := c.request.blocks("messages", m.Parts)
	if err != nil {
		return err
	}
	switch m.Role {
	case "system":
		mark(blocks, m.Whole)
		c.system = append(c.system, blocks...)
	case "user":
		mark(blocks, m.Whole)
		c.add("user", blocks)
	case "assistant":
		c.add("assistant", assistant(m, blocks))
	case "tool":
		c.add("user", []raw.Object{toolResult(m, blocks)})
	}
	return nil
}

// assistant gives what a model said, with its thinking first: Anthropic wants
// its signed blocks back where they stood. Thinking without a signature
// (reasoning_content alone) cannot be given back and is left out.
func assistant(m *chat.Message, said []raw.Object) []raw.Object {
	for i := range m.Calls {
		said = append(said, toolUse(&m.Calls[i]))
	}
	mark(said, m.Whole)
	return append(m.Thoughts, said...)
}

// mark puts a message's cache_control on its last block, where Anthropic has
// such marks, unless the block has its own.
func mark(blocks []raw.Object, m raw.Object) {
	if n := len(blocks); n > 0 && !blocks[n-1].Has("cache_control") {
		blocks[n-1] = chat.Copy(blocks[n-1], m, "cache_control")
	}
}

// trimEnd takes white space off the end of a reply the model is to go on
// with: Anthropic refuses it.
func (c *conversation) trimEnd() {
	last := c.turns[len(c.turns)-1]
	if last.role != "assistant" {
		return
	}
	block := &last.blocks[len(last.blocks)-1]
	text, ok := block.Text("text")
	if short := strings.TrimRight(text, " \t\r\n"); ok && short != text && short != "" {
		*block = block.WithText("text", short)
	}
}

// toolResult gives a tool's answer: a text stays one.
func toolResult(m *chat.Message, blocks []raw.Object) raw.Object {
	v, _ := m.Whole.Raw("content")
	switch {
	case !m.Whole.Has("content"):
		v = json.RawMessage(`""`)
	case !chat.IsText(v):
		v = raw.List(blocks)
	}
	result := chat.Typed("tool_result").WithText("tool_use_id", toolID(m.ToolID)).WithRaw("content", v)
	return chat.Copy(result, m.Whole, "is_error", "cache_control")
}

// toolUse gives a call that the model made.
func toolUse(call *chat.ToolCall) raw.Object {
	use := chat.Typed("tool_use").WithText("id", toolID(call.ID)).WithText("name", call.Name).WithRaw("input", call.Arguments)
	return chat.Copy(use, call.Whole, "cache_control")
}

// toolID is an id in the letters that Anthropic allows. Other vendors' ids,
// which a conversation brings along when it moves, have more.
func toolID(id string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
			return c
		}
		return '_'
	}, id)
}
