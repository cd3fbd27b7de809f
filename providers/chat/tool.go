package chat

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Tool is something the model may call.
type Tool struct {
	Name        string
	Description string
	Parameters  json.RawMessage // a JSON schema; nil when there is none
	Strict      bool
	Function    raw.Object // as the caller wrote it; empty for the vendor's own
	Whole       raw.Object // the tool as the caller wrote it
}

// IsFunction tells a function from a tool in the vendor's own words, of which
// Whole is all there is.
func (t *Tool) IsFunction() bool { return t.Function.Len() > 0 }

// Tools takes the tools.
func (r *Request) Tools() ([]Tool, error) {
	v, _, err := r.Take("tools")
	if err != nil {
		return nil, err
	}
	var all []Tool
	for _, item := range raw.Items(v) {
		whole, err := Parse("tools", item)
		if err != nil {
			return nil, err
		}
		t := Tool{Whole: whole}
		if whole.Has("custom") {
			return nil, r.Unsupported("tools", "custom tools")
		}
		if whole.Has("function") {
			f, _ := whole.Raw("function")
			if err := t.read(f); err != nil {
				return nil, err
			}
		}
		all = append(all, t)
	}
	return all, nil
}

func (t *Tool) read(v json.RawMessage) error {
	var err error
	if t.Function, err = Parse("tools", v); err != nil {
		return err
	}
	if t.Name, _ = t.Function.Text("name"); t.Name == "" {
		return Invalid("tools", "a function needs a name")
	}
	t.Description, _ = t.Function.Text("description")
	if t.Function.Has("parameters") {
		t.Parameters, _ = t.Function.Raw("parameters")
	}
	strict, _ := t.Function.Raw("strict")
	t.Strict = string(strict) == "true"
	return nil
}

// Choice is whether the model must call a tool.
type Choice struct {
	Mode string          // auto, none, required or function; "" when nobody said
	Name string          // of the function
	Own  json.RawMessage // an object in the vendor's own words; Mode is "" then
}

// Choice takes tool_choice.
func (r *Request) Choice() (Choice, error) {
	v, ok, err := r.Take("tool_choice")
	if !ok || err != nil {
		return Choice{}, err
	}
	switch string(v) {
	case `"auto"`, `"none"`, `"required"`:
		return Choice{Mode: string(v[1 : len(v)-1])}, nil
	case `"any"`: // Mistral's and Anthropic's word
		return Choice{Mode: "required"}, nil
	}
	c, err := Parse("tool_choice", v)
	if err != nil {
		return Choice{}, err
	}
	if kind, _ := c.Text("type"); kind != "function" {
		return Choice{Own: v}, nil
	}
	f, _ := c.Raw("function")
	o, err := Parse("tool_choice", f)
	if err != nil {
		return Choice{}, err
	}
	name, _ := o.Text("name")
	if name == "" {
		return Choice{}, Invalid("tool_choice", "a function needs a name")
	}
	return Choice{Mode: "function", Name: name}, nil
}

// ToolCall is a call that a model made.
type ToolCall struct {
	ID, Name  string
	Arguments json.RawMessage // an object
	Whole     raw.Object      // of a request: as the caller wrote it
	Fields    raw.Object      // of a reply: its provider_specific_fields
}

func toolCalls(m raw.Object) ([]ToolCall, error) {
	v, _ := m.Raw("tool_calls")
	var all []ToolCall
	for _, item := range raw.Items(v) {
		whole, err := Parse("messages", item)
		if err != nil {
			return nil, err
		}
		v, _ := whole.Raw("function")
		f, err := Parse("messages", v)
		if err != nil {
			return nil, err
		}
		call := ToolCall{Whole: whole}
		call.ID, _ = whole.Text("id")
		call.Name, _ = f.Text("name")
		if call.Arguments, err = arguments(f); err != nil {
			return nil, err
		}
		all = append(all, call)
	}
	return all, nil
}

// arguments are the bytes of the object that the text holds.
func arguments(f raw.Object) (json.RawMessage, error) {
	v, _ := f.Raw("arguments")
	if text, ok := f.Text("arguments"); ok {
		v = json.RawMessage(strings.TrimSpace(text))
	}
	if len(v) == 0 || string(v) == "null" {
		return json.RawMessage("{}"), nil
	}
	if err := raw.Strict(v); err != nil || v[0] != '{' {
		return nil, Invalid("messages", "the arguments of a tool call are not a JSON object")
	}
	return v, nil
}
