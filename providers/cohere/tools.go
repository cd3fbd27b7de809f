package cohere

import (
	"encoding/json"
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// tools translates the tools and whether they must be called. Cohere cannot be
// told which one: a named one is offered alone.
func tools(r *chat.Request, out raw.Object) (raw.Object, error) {
	all, err := r.Tools()
	if err != nil {
		return out, err
	}
	choice, err := r.Choice()
	if err != nil {
		return out, err
	}
	switch {
	case choice.Own != nil:
		return out, r.Unsupported("tool_choice", "this tool_choice")
	case choice.Mode == "required", choice.Mode == "function":
		out = out.WithText("tool_choice", "REQUIRED")
	case choice.Mode == "none":
		out = out.WithText("tool_choice", "NONE")
	}
	if choice.Mode == "function" {
		all = slices.DeleteFunc(all, func(t chat.Tool) bool { return t.Name != choice.Name })
		if len(all) == 0 {
			return out, chat.Invalid("tool_choice", "no function is named %q", choice.Name)
		}
	}
	if len(all) == 0 {
		return out, nil
	}
	list := make([]raw.Object, len(all))
	for i := range all {
		list[i] = tool(&all[i])
	}
	if !slices.ContainsFunc(all, loose) && !r.In.Has("strict_tools") {
		out = out.WithRaw("strict_tools", json.RawMessage("true"))
	}
	return out.WithRaw("tools", raw.List(list)), nil
}

// tool is a function's declaration, whose parameters Cohere always wants.
func tool(t *chat.Tool) raw.Object {
	if !t.IsFunction() {
		return t.Whole
	}
	f := raw.Object{}.WithText("name", t.Name)
	if t.Description != "" {
		f = f.WithText("description", t.Description)
	}
	parameters := t.Parameters
	if parameters == nil {
		parameters = json.RawMessage(`{"type":"object","properties":{}}`)
	}
	return raw.Object{}.WithText("type", "function").WithRaw("function", f.WithRaw("parameters", parameters).Bytes())
}

// loose reports whether a tool's calls need not follow its schema to the
// letter, or cannot be made to: Cohere's strictness is one switch for all, and
// refuses tools without a required parameter.
// Source: https://docs.cohere.com/docs/structured-outputs (strict_tools)
func loose(t chat.Tool) bool {
	schema, err := raw.Parse(t.Parameters)
	if !t.Strict || err != nil {
		return true
	}
	required, _ := schema.Raw("required")
	for range raw.Items(required) {
		return false
	}
	return true
}
