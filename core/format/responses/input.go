package responses

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// messages translates instructions and input.
func (r *request) messages() ([]raw.Object, error) {
	t := turns{drops: r.drops}
	if r.in.Has("instructions") {
		v, _ := r.in.Raw("instructions")
		if v[0] != '"' {
			return nil, invalid("instructions", "a text is needed")
		}
		t.add(said("system", v))
	}
	v, _ := r.in.Raw("input")
	switch {
	case !r.in.Has("input"):
		return nil, invalid("input", "input is required")
	case v[0] == '"':
		t.add(said("user", v))
		return t.all, nil
	}
	items, err := raw.Objects(v)
	if err != nil {
		return nil, invalid("input", err.Error())
	}
	for _, item := range items {
		if err := t.item(item); err != nil {
			return nil, err
		}
	}
	t.flush()
	if len(t.all) == 0 {
		return nil, invalid("input", "at least one item is needed")
	}
	return t.all, nil
}

func said(role string, content json.RawMessage) raw.Object {
	return raw.New(raw.Member{Name: "role", Value: raw.Quote(role)}, raw.Member{Name: "content", Value: content})
}

// turns makes messages of items. What an assistant says, thinks and calls are
// items of their own, and parts of one message in chat: they are gathered until
// somebody else's turn.
type turns struct {
	all   []raw.Object
	drops bool

	open      bool // an assistant's message is gathered
	content   []raw.Object
	calls     []raw.Object
	reasoning []string
	thoughts  []raw.Object // thinking_blocks
}

func (t *turns) add(message raw.Object) {
	t.flush()
	t.all = append(t.all, message)
}

func (t *turns) item(item raw.Object) error {
	kind, typed := item.Text("type")
	switch {
	case kind == "message", !typed && item.Has("role"):
		return t.message(item)
	case kind == "reasoning":
		return t.reason(item)
	case kind == "function_call":
		return t.call(item)
	case kind == "custom_tool_call":
		return t.custom(item)
	case kind == "function_call_output", kind == "custom_tool_call_output":
		return t.result(item)
	case kind == "item_reference":
		id, _ := item.Text("id")
		return invalid("input", "Item with id '"+id+"' not found.")
	case kind == "":
		return invalid("input", "an item needs a type")
	case t.drops:
		return nil
	}
	return unsupported("input", "items of type "+kind)
}

func (t *turns) message(item raw.Object) error {
	role, _ := item.Text("role")
	v, _ := item.Raw("content")
	switch role {
	case "user", "system", "developer":
		content, err := contentOf(v)
		if err != nil {
			return err
		}
		t.add(said(role, content))
		return nil
	case "assistant":
	default:
		return invalid("input", "unknown role "+string(raw.Quote(role)))
	}
	if len(t.content) > 0 && len(t.calls) == 0 {
		t.flush()
	}
	parts, err := partsOf(v)
	t.open, t.content = true, append(t.content, parts...)
	return err
}

// reason takes reasoning that a reply of this package gave: back to the
// provider go the signed blocks, which it asks for, or else the text. What
// another's reply encrypted only its maker can read.
func (t *turns) reason(item raw.Object) error {
	if len(t.content) > 0 && len(t.calls) == 0 {
		t.flush()
	}
	t.open = true
	if sealed, ok := item.Text("encrypted_content"); ok {
		blocks, ours := unsealed(sealed)
		if !ours {
			return nil
		}
		t.thoughts = append(t.thoughts, blocks...)
	}
	for _, name := range []string{"content", "summary"} {
		v, _ := item.Raw(name)
		for _, part := range raw.Items(v) {
			o, err := raw.Parse(part)
			if err != nil {
				return invalid("input", err.Error())
			}
			if text, _ := o.Text("text"); text != "" {
				t.reasoning = append(t.reasoning, text)
			}
		}
	}
	return nil
}

func (t *turns) call(item raw.Object) error {
	id, _ := item.Text("call_id")
	name, hasName := item.Text("name")
	namespace, _ := item.Text("namespace")
	arguments, _ := item.Raw("arguments")
	if id == "" || !hasName || len(arguments) == 0 || arguments[0] != '"' {
		return invalid("input", "a function_call needs a call_id, a name and arguments")
	}
	f := raw.New(raw.Member{Name: "name", Value: raw.Quote(alias(namespace, name))}, raw.Member{Name: "arguments", Value: arguments})
	call := raw.New(
		raw.Member{Name: "id", Value: raw.Quote(id)}, raw.Member{Name: "type", Value: json.RawMessage(`"function"`)},
		raw.Member{Name: "function", Value: f.Bytes()},
	)
	t.open, t.calls = true, append(t.calls, moved(call, item, fields, fields))
	return nil
}

// custom is a call of a custom tool, as the function that stands for it is
// called.
func (t *turns) custom(item raw.Object) error {
	v, _ := item.Raw("input")
	if len(v) == 0 || v[0] != '"' {
		return invalid("input", "a custom_tool_call needs an input")
	}
	arguments := raw.New(raw.Member{Name: "input", Value: v}).Bytes()
	return t.call(item.WithText("arguments", string(arguments)))
}

// fields is the member by which a provider's own words about a message or call
// go to the caller and come back.
const fields = "provider_specific_fields"

func (t *turns) result(item raw.Object) error {
	id, ok := item.Raw("call_id")
	if !ok {
		return invalid("input", "the output of a call needs a call_id")
	}
	v, _ := item.Raw("output")
	content, err := contentOf(v)
	if err != nil {
		return err
	}
	t.add(raw.New(raw.Member{Name: "role", Value: json.RawMessage(`"tool"`)}, raw.Member{Name: "tool_call_id", Value: id}, raw.Member{Name: "content", Value: content}))
	return nil
}

// flush ends the assistant's message. Reasoning alone is no message.
func (t *turns) flush() {
	if t.open && len(t.content)+len(t.calls) > 0 {
		content := json.RawMessage("null")
		if len(t.content) > 0 {
			content = list(t.content)
		}
		m := said("assistant", content)
		if len(t.calls) > 0 {
			m = m.WithList("tool_calls", t.calls)
		}
		if len(t.reasoning) > 0 {
			m = m.WithText("reasoning_content", joined(t.reasoning))
		}
		if len(t.thoughts) > 0 {
			m = m.WithList("thinking_blocks", t.thoughts)
		}
		t.all = append(t.all, m)
	}
	t.open, t.content, t.calls, t.reasoning, t.thoughts = false, nil, nil, nil, nil
}
