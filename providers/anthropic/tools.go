package anthropic

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// tools translates what the model may call and whether it must.
func (r *request) tools() error {
	declared, err := r.Tools()
	if err != nil {
		return err
	}
	var tools []raw.Object
	for i := range declared {
		t, err := tool(&declared[i])
		if err != nil {
			return err
		}
		tools = append(tools, t)
	}
	search, err := r.search()
	if err != nil {
		return err
	}
	if tools = append(tools, search...); len(tools) > 0 {
		r.set("tools", raw.List(tools))
	}
	return r.choice(len(tools) > 0)
}

// tool gives a function as Anthropic declares it. Tools that are Anthropic's
// own already stay as they are. OpenAI's strict is not passed on: Anthropic
// takes it for some schemas only and refuses the request for others.
func tool(t *chat.Tool) (raw.Object, error) {
	if !t.IsFunction() || t.Whole.Has("input_schema") {
		return t.Whole, nil
	}
	out := chat.Copy(raw.Object{}, t.Function, "name", "description")
	parameters := t.Parameters
	if parameters == nil {
		parameters = json.RawMessage(`{"type":"object","properties":{}}`)
	}
	schema, err := chat.Parse("tools", parameters)
	if err != nil {
		return out, err
	}
	out = out.WithRaw("input_schema", objective(schema).Bytes())
	for _, from := range []raw.Object{t.Function, t.Whole} {
		out = chat.Copy(out, from, "cache_control", "defer_loading", "allowed_callers", "input_examples", "eager_input_streaming")
	}
	return out, nil
}

// objective is a tool's schema with the type that Anthropic requires.
func objective(schema raw.Object) raw.Object {
	if schema.Has("type") {
		return schema
	}
	return chat.Typed("object").Merged(schema.Without("type"))
}

// search gives OpenAI's web_search_options as Anthropic's tool.
// Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
func (r *request) search() ([]raw.Object, error) {
	v, ok, err := r.Take("web_search_options")
	if !ok || err != nil {
		return nil, err
	}
	o, err := chat.Parse("web_search_options", v)
	if err != nil {
		return nil, err
	}
	t := chat.Typed("web_search_20250305").WithText("name", "web_search")
	if o.Has("user_location") {
		place := o
		for _, name := range []string{"user_location", "approximate"} {
			v, _ := place.Raw(name)
			if place, err = chat.Parse("web_search_options", v); err != nil {
				return nil, err
			}
		}
		t = t.WithRaw("user_location", chat.Copy(chat.Typed("approximate"), place, "city", "region", "country", "timezone").Bytes())
	}
	if size, _ := o.Text("search_context_size"); size != "" {
		// LiteLLM's numbers: Anthropic counts searches where OpenAI has sizes.
		uses, known := map[string]string{"low": "1", "medium": "5", "high": "10"}[size]
		if !known {
			return nil, chat.Invalid("web_search_options", "unknown search_context_size %q", size)
		}
		t = t.WithRaw("max_uses", json.RawMessage(uses))
	}
	return []raw.Object{t}, nil
}

// choice translates tool_choice and parallel_tool_calls. Without tools both
// are left out: Anthropic refuses them then, and they would change nothing.
func (r *request) choice(tools bool) error {
	wanted, err := r.Choice()
	if err != nil {
		return err
	}
	parallel, _, err := r.Take("parallel_tool_calls")
	if err != nil || !tools {
		return err
	}
	c, err := r.chosen(wanted)
	if err != nil {
		return err
	}
	if kind, _ := c.Text("type"); string(parallel) == "false" && kind != "none" {
		if kind == "" {
			c = chat.Typed("auto")
		}
		c = c.WithRaw("disable_parallel_tool_use", json.RawMessage("true"))
	}
	if c.Len() > 0 {
		r.set("tool_choice", c.Bytes())
	}
	return nil
}

func (r *request) chosen(wanted chat.Choice) (raw.Object, error) {
	switch wanted.Mode {
	case "auto", "none":
		return chat.Typed(wanted.Mode), nil
	case "required":
		return chat.Typed("any"), nil
	case "function":
		return chat.Typed("tool").WithText("name", wanted.Name), nil
	}
	if wanted.Own == nil {
		return raw.Object{}, nil
	}
	c, err := chat.Parse("tool_choice", wanted.Own)
	if err != nil {
		return c, err
	}
	switch kind, _ := c.Text("type"); kind {
	case "auto", "any", "none", "tool": // Anthropic's own
		return c, nil
	default:
		return c, r.Unsupported("tool_choice", "tool_choice of type "+kind)
	}
}
