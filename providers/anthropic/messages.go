package anthropic

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// conversation is OpenAI's messages in Anthropic's order: what the system
// says stands apart, and user and assistant take turns.
type conversation struct {
	system []raw.Object
	turns  []turn
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
	v, ok, err := r.take("messages")
	if err != nil {
		return err
	}
	if !ok || v[0] != '[' {
		return invalid("messages", "a list is needed")
	}
	var c conversation
	if c.system, err = r.system(); err != nil {
		return err
	}
	for _, item := range raw.Items(v) {
		m, err := parse("messages", item)
		if err != nil {
			return err
		}
		if err := c.message(m); err != nil {
			return err
		}
	}
	if len(c.turns) == 0 {
		return invalid("messages", "Anthropic needs at least one message of a user that is not empty")
	}
	c.trimEnd()
	turns := make([]raw.Object, len(c.turns))
	for i, t := range c.turns {
		turns[i] = raw.Object{}.WithText("role", t.role).WithRaw("content", list(t.blocks))
	}
	r.set("messages", list(turns))
	if len(c.system) > 0 {
		r.set("system", list(c.system))
	}
	return nil
}

// system reads Anthropic's own member, should the caller have written it.
func (r *request) system() ([]raw.Object, error) {
	v, ok, err := r.take("system")
	if !ok || err != nil {
		return nil, err
	}
	return content("system", raw.Object{}.WithRaw("content", v))
}

func (c *conversation) message(m raw.Object) error {
	role, _ := m.Text("role")
	switch role {
	case "system", "developer":
		blocks, err := content("messages", m)
		c.system = append(c.system, blocks...)
		return err
	case "user":
		blocks, err := content("messages", m)
		c.add("user", blocks)
		return err
	case "assistant":
		blocks, err := assistant(m)
		c.add("assistant", blocks)
		return err
	case "tool":
		block, err := toolResult(m)
		c.add("user", []raw.Object{block})
		return err
	case "function":
		return unsupported("messages", "messages of role function; use role tool")
	}
	return invalid("messages", "unknown role %q", role)
}

// assistant gives what a model said, with its thinking first: Anthropic wants
// its signed blocks back where they stood. Thinking without a signature
// (reasoning_content alone) cannot be given back and is left out.
func assistant(m raw.Object) ([]raw.Object, error) {
	if m.Has("function_call") {
		return nil, unsupported("messages", "function_call; use tool_calls")
	}
	blocks, err := thoughts(m)
	if err != nil {
		return nil, err
	}
	said, err := content("messages", m.Without("cache_control"))
	if err != nil {
		return nil, err
	}
	calls, err := toolUses(m)
	if err != nil {
		return nil, err
	}
	said = append(said, calls...)
	mark(said, m)
	return append(blocks, said...), nil
}

func thoughts(m raw.Object) ([]raw.Object, error) {
	v, _ := m.Raw("thinking_blocks")
	var blocks []raw.Object
	for _, item := range raw.Items(v) {
		block, err := parse("messages", item)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, block)
	}
	return blocks, nil
}

// mark puts a message's cache_control on its last block, where Anthropic has
// such marks, unless the block has its own.
func mark(blocks []raw.Object, m raw.Object) {
	if n := len(blocks); n > 0 && !blocks[n-1].Has("cache_control") {
		blocks[n-1] = copied(blocks[n-1], m, "cache_control")
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

// toolResult gives a tool's answer.
func toolResult(m raw.Object) (raw.Object, error) {
	id, _ := m.Text("tool_call_id")
	if id == "" {
		return m, invalid("messages", "a message of role tool needs tool_call_id")
	}
	block := typed("tool_result").WithText("tool_use_id", toolID(id))
	v, _ := m.Raw("content")
	if len(v) > 0 && v[0] == '[' {
		parts, err := content("messages", m.Without("cache_control"))
		if err != nil {
			return m, err
		}
		v = list(parts)
	}
	if len(v) == 0 || string(v) == "null" {
		v = json.RawMessage(`""`)
	}
	return copied(block.WithRaw("content", v), m, "is_error", "cache_control"), nil
}
