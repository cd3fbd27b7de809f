package messages

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// messages translates the conversation, with the system prompt in front.
func (r *request) messages() error {
	v, _, err := r.take("messages")
	if err != nil {
		return err
	}
	list, err := objects("messages", v)
	if err != nil {
		return err
	}
	all := make([]raw.Object, 0, len(list)+1)
	system, ok, err := r.take("system")
	if err != nil {
		return err
	}
	if ok && string(system) != `""` && string(system) != "[]" {
		if all, err = r.said(all, "system", "system", system); err != nil {
			return err
		}
	}
	for i := range list {
		if all, err = r.message(all, list[i]); err != nil {
			return err
		}
	}
	r.out = r.out.WithList("messages", all)
	return nil
}

func (r *request) message(all []raw.Object, m raw.Object) ([]raw.Object, error) {
	content, _ := m.Raw("content")
	switch role, _ := m.Text("role"); {
	case role == "user" && isList(content):
		return r.ofUser(all, content)
	case role == "assistant" && isList(content):
		return r.ofAssistant(all, content)
	case role == "user" || role == "assistant" || role == "system":
		return r.said(all, "messages", role, content)
	default:
		return nil, invalid("messages", "unknown role %q", role)
	}
}

// said adds a message that has nothing but a role and what was said.
func (r *request) said(all []raw.Object, param, role string, content json.RawMessage) ([]raw.Object, error) {
	m := raw.Object{}.WithText("role", role)
	if isText(content) {
		return append(all, m.WithRaw("content", content)), nil
	}
	parts, err := r.parts(param, content)
	if err != nil {
		return nil, err
	}
	return append(all, withContent(m, parts)), nil
}

// ofUser adds the results of tools as messages of their own, which must follow
// the calls at once, and then what else the user says.
func (r *request) ofUser(all []raw.Object, content json.RawMessage) ([]raw.Object, error) {
	blocks, err := objects("messages", content)
	if err != nil {
		return nil, err
	}
	var said []raw.Object
	for _, b := range blocks {
		if kind, _ := b.Text("type"); kind == "tool_result" {
			result, files, err := r.result(b)
			if err != nil {
				return nil, err
			}
			all, said = append(all, result), append(said, files...)
			continue
		}
		parts, err := r.part("messages", b)
		if err != nil {
			return nil, err
		}
		said = append(said, parts...)
	}
	if len(said) > 0 {
		all = append(all, withContent(raw.Object{}.WithText("role", "user"), said))
	}
	return all, nil
}

// result translates what a tool answered. OpenAI's tools answer in text only:
// files, which the user says then, are given apart. Claude's own words have
// more.
func (r *request) result(b raw.Object) (message raw.Object, files []raw.Object, err error) {
	id, ok := b.Raw("tool_use_id")
	if !ok || !isText(id) {
		return message, nil, invalid("messages", "a tool_result needs a tool_use_id")
	}
	message = raw.Object{}.WithText("role", "tool").WithRaw("tool_call_id", id)
	if r.claude {
		message = copied(message, b, "is_error", "cache_control")
	}
	v, _ := b.Raw("content")
	switch {
	case !b.Has("content"):
		return message.WithText("content", ""), nil, nil
	case isText(v):
		return message.WithRaw("content", v), nil, nil
	}
	parts, err := r.parts("messages", v)
	if err != nil {
		return message, nil, err
	}
	var texts []raw.Object
	for _, p := range parts {
		if kind, _ := p.Text("type"); r.claude || kind == "text" {
			texts = append(texts, p)
		} else {
			files = append(files, p)
		}
	}
	return withContent(message, texts), files, nil
}

// ofAssistant adds a message of the model's: what it thought, said and called.
func (r *request) ofAssistant(all []raw.Object, content json.RawMessage) ([]raw.Object, error) {
	blocks, err := objects("messages", content)
	if err != nil {
		return nil, err
	}
	var said, calls, thoughts []raw.Object
	for _, b := range blocks {
		switch kind, _ := b.Text("type"); kind {
		case "thinking", "redacted_thinking":
			thoughts = append(thoughts, b)
		case "tool_use":
			call, err := r.called(b)
			if err != nil {
				return nil, err
			}
			calls = append(calls, call)
		default:
			parts, err := r.part("messages", b)
			if err != nil {
				return nil, err
			}
			said = append(said, parts...)
		}
	}
	m := raw.Object{}.WithText("role", "assistant")
	if len(said) == 0 && len(calls) > 0 {
		m = m.WithRaw("content", json.RawMessage("null"))
	} else {
		m = withContent(m, said)
	}
	m = r.thought(m, thoughts)
	if len(calls) > 0 {
		m = m.WithList("tool_calls", calls)
	}
	return append(all, m), nil
}

// thought says what the model thought: to Claude in the blocks that it signed,
// because it takes no other, and to others in their usual word.
func (r *request) thought(m raw.Object, blocks []raw.Object) raw.Object {
	if !r.claude {
		var texts []string
		for _, b := range blocks {
			if text, _ := b.Text("thinking"); text != "" {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			m = m.WithText("reasoning_content", strings.Join(texts, "\n"))
		}
		return m
	}
	var signed []raw.Object
	for _, b := range blocks {
		if s, _ := b.Text("signature"); s != "" || b.Has("data") {
			signed = append(signed, b)
		}
	}
	if len(signed) > 0 {
		m = m.WithList("thinking_blocks", signed)
	}
	return m
}

// called translates a call of a tool.
func (r *request) called(b raw.Object) (raw.Object, error) {
	id, _ := b.Raw("id")
	name, _ := b.Text("name")
	if !isText(id) || name == "" {
		return b, invalid("messages", "a tool_use needs an id and a name")
	}
	input := "{}"
	if v, _ := b.Raw("input"); b.Has("input") {
		input = string(v)
	}
	f := raw.Object{}.WithText("name", r.short(name)).WithText("arguments", input)
	call := raw.Object{}.WithRaw("id", id).WithText("type", "function").WithRaw("function", f.Bytes())
	call = copied(call, b, fields)
	if r.claude {
		call = copied(call, b, "cache_control")
	}
	return call, nil
}

// fields is the member for what belongs to a provider: a tool's call carries
// Gemini's signature in it, which must come back.
const fields = "provider_specific_fields"
