package chat

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Message is one message of a conversation.
type Message struct {
	Role      string // system, user, assistant or tool; a developer's is a system's
	Parts     []Part
	Calls     []ToolCall // of an assistant
	ToolID    string     // of a tool: the call it answers
	Name      string
	Thoughts  []raw.Object // an assistant's thinking_blocks
	Reasoning string       // and its reasoning_content
	Whole     raw.Object   // as the caller wrote it
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
	all := make([]Message, 0, len(list))
	for _, whole := range list {
		all = append(all, Message{Whole: whole})
		if err := r.message(&all[len(all)-1]); err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, Invalid("messages", "at least one message is needed")
	}
	return all, nil
}

// message reads m.Whole into m.
func (r *Request) message(m *Message) error {
	whole := m.Whole
	m.Role, _ = whole.Text("role")
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
	content, _ := whole.Raw("content")
	var err error
	if m.Parts, err = Parts("messages", content); err != nil || m.Role != "assistant" {
		return err
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
	m.Calls, err = toolCalls(whole)
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
