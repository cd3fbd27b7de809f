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
	chat.Turns
}

func (r *request) messages() error {
	all, err := r.Messages()
	if err != nil {
		return err
	}
	c := conversation{request: r, Turns: chat.Room(len(all))}
	if err := c.own(); err != nil {
		return err
	}
	for i := range all {
		if err := c.message(&all[i]); err != nil {
			return err
		}
	}
	if len(c.Said) == 0 {
		return chat.Invalid("messages", "Anthropic needs at least one message of a user that is not empty")
	}
	c.trimEnd()
	r.out = r.out.WithList("messages", c.Messages("content"))
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
	c.system, err = c.request.blocks(nil, "system", parts)
	return err
}

func (c *conversation) message(m *chat.Message) error {
	var err error
	switch m.Role {
	case "system":
		c.system, err = c.said(c.system, m)
	case "user", "assistant":
		// What it thought comes first: Anthropic wants its signed blocks back where
		// they stood. Thinking without a signature (reasoning_content alone) cannot
		// be given back and is left out.
		c.By(m.Role)
		c.Said, err = c.said(append(c.Said, m.Thoughts...), m)
	case "tool":
		c.By("user")
		var inner []raw.Object
		inner, err = c.request.blocks(nil, "messages", m.Parts)
		c.Said = append(c.Said, toolResult(m, inner))
	}
	return err
}

// said adds a message's parts and calls to blocks. Its cache_control goes on
// the last of them, where Anthropic has such marks, unless that has its own.
func (c *conversation) said(blocks []raw.Object, m *chat.Message) ([]raw.Object, error) {
	before := len(blocks)
	blocks, err := c.request.blocks(blocks, "messages", m.Parts)
	if err != nil {
		return nil, err
	}
	for i := range m.Calls {
		blocks = append(blocks, toolUse(&m.Calls[i]))
	}
	if n := len(blocks); n > before && m.Whole.Has("cache_control") && !blocks[n-1].Has("cache_control") {
		blocks[n-1] = chat.Copy(blocks[n-1], m.Whole, "cache_control")
	}
	return blocks, nil
}

// trimEnd takes white space off the end of a reply the model is to go on
// with: Anthropic refuses it.
func (c *conversation) trimEnd() {
	if c.Last() != "assistant" {
		return
	}
	block := &c.Said[len(c.Said)-1]
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
