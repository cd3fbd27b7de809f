package anthropic

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// tools translates what the model may call and whether it must.
func (r *request) tools() error {
	tools, err := r.declared()
	if err != nil {
		return err
	}
	search, err := r.search()
	if err != nil {
		return err
	}
	if tools = append(tools, search...); len(tools) > 0 {
		r.set("tools", list(tools))
	}
	return r.choice(len(tools) > 0)
}

func (r *request) declared() ([]raw.Object, error) {
	v, _, err := r.take("tools")
	if err != nil {
		return nil, err
	}
	var tools []raw.Object
	for _, item := range raw.Items(v) {
		t, err := parse("tools", item)
		if err != nil {
			return nil, err
		}
		if t, err = tool(t); err != nil {
			return nil, err
		}
		tools = append(tools, t)
	}
	return tools, nil
}

// tool gives a function as Anthropic declares it. Tools that are Anthropic's
// own already stay as they are. OpenAI's strict is not passed on: Anthropic
// takes it for some schemas only and refuses the request for others.
func tool(t raw.Object) (raw.Object, error) {
	if t.Has("custom") {
		return t, unsupported("tools", "custom tools")
	}
	if !t.Has("function") || t.Has("input_schema") {
		return t, nil
	}
	v, _ := t.Raw("function")
	f, err := parse("tools", v)
	if err != nil {
		return t, err
	}
	if !f.Has("name") {
		return t, invalid("tools", "a function needs a name")
	}
	out := copied(raw.Object{}, f, "name", "description")
	parameters, _ := f.Raw("parameters")
	if !f.Has("parameters") {
		parameters = json.RawMessage(`{"type":"object","properties":{}}`)
	}
	schema, err := parse("tools", parameters)
	if err != nil {
		return t, err
	}
	if !schema.Has("type") { // Anthropic requires it
		schema = typed("object").Merged(schema.Without("type"))
	}
	out = out.WithRaw("input_schema", schema.Bytes())
	for _, from := range []raw.Object{f, t} {
		out = copied(out, from, "cache_control", "defer_loading", "allowed_callers", "input_examples", "eager_input_streaming")
	}
	return out, nil
}

// search gives OpenAI's web_search_options as Anthropic's tool.
// Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
func (r *request) search() ([]raw.Object, error) {
	v, ok, err := r.take("web_search_options")
	if !ok || err != nil {
		return nil, err
	}
	o, err := parse("web_search_options", v)
	if err != nil {
		return nil, err
	}
	t := typed("web_search_20250305").WithText("name", "web_search")
	if place, _ := o.Raw("user_location"); o.Has("user_location") {
		outer, err := parse("web_search_options", place)
		if err != nil {
			return nil, err
		}
		place, _ = outer.Raw("approximate")
		inner, err := parse("web_search_options", place)
		if err != nil {
			return nil, err
		}
		t = t.WithRaw("user_location", copied(typed("approximate"), inner, "city", "region", "country", "timezone").Bytes())
	}
	if size, _ := o.Text("search_context_size"); size != "" {
		// LiteLLM's numbers: Anthropic counts searches where OpenAI has sizes.
		uses, known := map[string]string{"low": "1", "medium": "5", "high": "10"}[size]
		if !known {
			return nil, invalid("web_search_options", "unknown search_context_size %q", size)
		}
		t = t.WithRaw("max_uses", json.RawMessage(uses))
	}
	return []raw.Object{t}, nil
}

// choice translates tool_choice and parallel_tool_calls. Without tools both
// are left out: Anthropic refuses them then, and they would change nothing.
func (r *request) choice(tools bool) error {
	v, ok, err := r.take("tool_choice")
	if err != nil {
		return err
	}
	parallel, _, err := r.take("parallel_tool_calls")
	if err != nil || !tools {
		return err
	}
	var c raw.Object
	if ok {
		if c, err = chosen(v); err != nil {
			return err
		}
	}
	if kind, _ := c.Text("type"); string(parallel) == "false" && kind != "none" {
		if kind == "" {
			c = typed("auto")
		}
		c = c.WithRaw("disable_parallel_tool_use", json.RawMessage("true"))
	}
	if c.Len() > 0 {
		r.set("tool_choice", c.Bytes())
	}
	return nil
}

func chosen(v json.RawMessage) (raw.Object, error) {
	switch string(v) {
	case `"auto"`:
		return typed("auto"), nil
	case `"required"`:
		return typed("any"), nil
	case `"none"`:
		return typed("none"), nil
	}
	c, err := parse("tool_choice", v)
	if err != nil {
		return c, err
	}
	switch kind, _ := c.Text("type"); kind {
	case "auto", "any", "none", "tool": // Anthropic's own
		return c, nil
	case "function":
		v, _ := c.Raw("function")
		f, err := parse("tool_choice", v)
		if err != nil {
			return c, err
		}
		return copied(typed("tool"), f, "name"), nil
	default:
		return c, unsupported("tool_choice", "tool_choice of type "+kind)
	}
}

// toolUses gives an assistant's tool_calls.
func toolUses(m raw.Object) ([]raw.Object, error) {
	v, _ := m.Raw("tool_calls")
	var blocks []raw.Object
	for _, item := range raw.Items(v) {
		call, err := parse("messages", item)
		if err != nil {
			return nil, err
		}
		v, _ := call.Raw("function")
		f, err := parse("messages", v)
		if err != nil {
			return nil, err
		}
		input, err := arguments(f)
		if err != nil {
			return nil, err
		}
		id, _ := call.Text("id")
		block := copied(typed("tool_use").WithText("id", toolID(id)), f, "name").WithRaw("input", input)
		blocks = append(blocks, copied(block, call, "cache_control"))
	}
	return blocks, nil
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
		return nil, invalid("messages", "the arguments of a tool call are not a JSON object")
	}
	return v, nil
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
