package prompt

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Read reads the messages of an OpenAI chat request. A developer's messages are
// a system's, a function's are a tool's, and the texts of a list of parts are
// joined. Errors are *llm.Error: a malformed list is a BadRequestError, and a
// part that is no text (an image, a sound, a file) an UnsupportedParamsError.
func Read(messages json.RawMessage) ([]Message, error) {
	if err := raw.Strict(messages); err != nil {
		return nil, invalid("%v", err)
	}
	var all []Message
	for _, item := range raw.Items(messages) {
		m, err := message(item)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil, invalid("a list of at least one message is needed")
	}
	return all, nil
}

func message(v json.RawMessage) (Message, error) {
	o, err := raw.Parse(v)
	if err != nil {
		return Message{}, invalid("%v", err)
	}
	var m Message
	switch m.Role, _ = o.Text("role"); m.Role {
	case "system", "user", "assistant", "tool":
	case "developer":
		m.Role = "system"
	case "function":
		m.Role = "tool"
	default:
		return m, invalid("unknown role %q", m.Role)
	}
	if o.Has("function_call") {
		return m, unsupported("function_call; use tool_calls")
	}
	switch {
	case o.Has("content"):
		content, _ := o.Raw("content")
		m.Text, err = text(content)
	case o.Has("refusal"):
		m.Text, _ = o.Text("refusal")
	}
	if err != nil || !o.Has("tool_calls") {
		return m, err
	}
	calls, _ := o.Raw("tool_calls")
	if err := json.Unmarshal(calls, &[]json.RawMessage{}); err != nil || m.Role != "assistant" {
		return m, invalid("tool_calls must be an assistant's list")
	}
	for _, item := range raw.Items(calls) {
		c, err := call(item)
		if err != nil {
			return m, err
		}
		m.Calls = append(m.Calls, c)
	}
	return m, nil
}

// text reads a content: a text, or a list of parts that are texts.
func text(content json.RawMessage) (string, error) {
	var s string
	if json.Unmarshal(content, &s) == nil {
		return s, nil
	}
	var parts []json.RawMessage
	if json.Unmarshal(content, &parts) != nil {
		return "", invalid("content must be a text or a list of parts")
	}
	var b strings.Builder
	for _, item := range parts {
		part, err := raw.Parse(item)
		if err != nil {
			return "", invalid("%v", err)
		}
		kind, _ := part.Text("type")
		if kind != "text" && kind != "refusal" {
			return "", unsupported("parts of type " + kind)
		}
		s, ok := part.Text(kind)
		if !ok {
			return "", invalid("a part of type %s needs a text", kind)
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func call(v json.RawMessage) (Call, error) {
	o, err := raw.Parse(v)
	if err != nil {
		return Call{}, invalid("%v", err)
	}
	function, _ := o.Raw("function")
	f, err := raw.Parse(function)
	if err != nil {
		return Call{}, invalid("a tool call needs a function: %v", err)
	}
	c := Call{Arguments: "{}"}
	c.ID, _ = o.Text("id")
	c.Name, _ = f.Text("name")
	if given, _ := f.Text("arguments"); strings.TrimSpace(given) != "" {
		c.Arguments = given
	}
	if err := raw.Strict([]byte(c.Arguments)); err != nil {
		return c, invalid("the arguments of tool call %q: %v", c.ID, err)
	}
	return c, nil
}
