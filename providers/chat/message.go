package chat

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Message is one message of a conversation.
type Message struct {
	Role  string // system, user, assistant or tool; a developer's is a system's
	Parts []Part
	Whole raw.Object // as the caller wrote it
	*More
}

// More is what only some messages have. Those with none of it share an empty
// one, because in a long conversation they are the most.
type More struct {
	Calls     []ToolCall // of an assistant
	ToolID    string     // of a tool: the call it answers
	Name      string
	Thoughts  []raw.Object // an assistant's thinking_blocks
	Reasoning string       // and its reasoning_content
}

// Text joins a message's texts with newlines.
func (m *Message) Text() string {
	var texts []string
	for i := range m.Parts {
		if m.Parts[i].Kind == Text {
			texts = append(texts, m.Parts[i].String())
		}
	}
	return strings.Join(texts, "\n")
}

// Messages takes the conversation.
func (r *Request) Messages() ([]Message, error) {
	r.Done("messages")
	v, _ := r.In.Raw("messages")
	if !isList(v) {
		return nil, Invalid("messages", "a list is needed")
	}
	list, err := raw.Objects(v)
	if err != nil {
		return nil, Invalid("messages", "%v", err)
	}
	if len(list) == 0 {
		return nil, Invalid("messages", "at least one message is needed")
	}
	all := make([]Message, len(list))
	texts := make([]Part, len(list)) // of the messages that are one text: nearly all
	none := new(More)
	for i := range list {
		m := &all[i]
		m.Whole, m.More = list[i], none
		if v, _ := m.Whole.Raw("content"); IsText(v) {
			texts[i] = Part{Kind: Text, Text: v}
			m.Parts = texts[i : i+1 : i+1]
		} else if m.Parts, err = Parts("messages", v); err != nil {
			return nil, err
		}
		if err := r.message(m); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// message reads m.Whole into m, all but its parts.
func (r *Request) message(m *Message) error {
	whole := &m.Whole
	m.Role, _ = whole.Text("role")
	if m.Role == "user" && whole.Len() == 2 {
		return nil // a role and a content, as nearly every message
	}
	m.More = new(More)
	m.Name, _ = whole.Text("name")
	switch m.Role {
	case "system", "user", "assistant":
	case "developer":
		m.Role = "system"
	case "tool":
		if m.ToolID, _ = whole.Text("tool_call_id"); m.ToolID == "" {
			return Invalid("messages", "a message of role tool needs tool_call_id")
		}
	case "function":
		return r.Unsupported("messages", "messages of role function; use role tool")
	default:
		return Invalid("messages", "unknown role %q", m.Role)
	}
	if whole.Has("function_call") {
		return r.Unsupported("messages", "function_call; use tool_calls")
	}
	if m.Role != "assistant" {
		return nil
	}
	m.Reasoning, _ = whole.Text("reasoning_content")
	v, _ := whole.Raw("thinking_blocks")
	for _, item := range raw.Items(v) {
		block, err := Parse("messages", item)
		if err != nil {
			return err
		}
		m.Thoughts = append(m.Thoughts, block)
	}
	var err error
	m.Calls, err = toolCalls(m.Whole)
	return err
}

// Parts reads a content that Take has checked: a text, a list of parts, or
// nothing.
func Parts(param string, v json.RawMessage) ([]Part, error) {
	switch {
	case len(v) == 0 || string(v) == "null":
		return nil, nil
	case IsText(v):
		return []Part{{Kind: Text, Text: v}}, nil
	case !isList(v):
		return nil, Invalid(param, "content must be a text or a list of parts")
	}
	var all []Part
	for _, item := range raw.Items(v) {
		whole, err := Parse(param, item)
		if err != nil {
			return nil, err
		}
		p, err := part(param, whole)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// System divides a conversation in what the system says and the rest. Nearly
// always the system speaks first, and nothing is copied.
func System(all []Message) (system, rest []Message) {
	first := 0
	for first < len(all) && all[first].Role == "system" {
		first++
	}
	system, rest = all[:first:first], all[first:]
	if !slices.ContainsFunc(rest, func(m Message) bool { return m.Role == "system" }) {
		return system, rest
	}
	rest = nil
	for i := range all[first:] {
		if m := all[first+i]; m.Role == "system" {
			system = append(system, m)
		} else {
			rest = append(rest, m)
		}
	}
	return system, rest
}
