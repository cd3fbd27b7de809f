package responses

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// tools translates tools and what is said about their use.
func (r *request) tools(out raw.Object) (raw.Object, error) {
	v, _ := r.in.Raw("tools")
	var functions []raw.Object
	if r.in.Has("tools") {
		list, err := raw.Objects(v)
		if err != nil {
			return out, invalid("tools", err.Error())
		}
		for _, tool := range list {
			kind, _ := tool.Text("type")
			switch {
			case kind == "function", kind == "custom":
				f, err := callable(tool)
				if err != nil {
					return out, err
				}
				functions = append(functions, moved(wrapped(f), tool, "cache_control", "cache_control"))
			case kind == "namespace":
				of, err := ofNamespace(tool)
				if err != nil {
					return out, err
				}
				functions = append(functions, of...)
			case cached(tool, kind):
			case strings.HasPrefix(kind, "web_search"):
				search, err := webSearch(tool)
				if err != nil {
					return out, err
				}
				out = out.WithRaw("web_search_options", search.Bytes())
			case kind == "":
				return out, invalid("tools", "a tool needs a type")
			default:
				return out, unsupported("tools", "the built-in tool "+kind)
			}
		}
	}
	if len(functions) == 0 { // chat takes the members below only with tools
		return out, nil
	}
	out = out.WithList("tools", functions)
	if v, _ := r.in.Raw("parallel_tool_calls"); string(v) == "false" {
		out = out.WithRaw("parallel_tool_calls", v)
	}
	choice, err := r.choice()
	if err == nil && choice != nil {
		out = out.WithRaw("tool_choice", choice)
	}
	return out, err
}

func plainFunction(tool raw.Object) (raw.Object, error) {
	if name, _ := tool.Text("name"); name == "" {
		return tool, invalid("tools", "a function needs a name")
	}
	f := raw.Object{}
	for _, name := range []string{"name", "description", "parameters", "strict"} {
		f = moved(f, tool, name, name)
	}
	return f, nil
}

// wrapped is a function as chat has its tools.
func wrapped(f raw.Object) raw.Object {
	return raw.New(raw.Member{Name: "type", Value: json.RawMessage(`"function"`)}, raw.Member{Name: "function", Value: f.Bytes()})
}

// cached tells a search of what OpenAI keeps of the web, which nobody else can
// offer. A model does without it.
func cached(tool raw.Object, kind string) bool {
	v, _ := tool.Raw("external_web_access")
	return strings.HasPrefix(kind, "web_search") && string(v) == "false"
}

// webSearch is the one built-in tool that chat has a word for.
// Source: https://platform.openai.com/docs/guides/tools-web-search
func webSearch(tool raw.Object) (raw.Object, error) {
	if tool.Has("filters") {
		return tool, unsupported("tools", "the filters of web_search")
	}
	out := moved(raw.Object{}, tool, "search_context_size", "search_context_size")
	if !tool.Has("user_location") {
		return out, nil
	}
	v, _ := tool.Raw("user_location")
	location, err := raw.Parse(v)
	if err != nil {
		return out, invalid("tools", "user_location: "+err.Error())
	}
	place := raw.Object{}
	for _, name := range []string{"city", "country", "region", "timezone"} {
		place = moved(place, location, name, name)
	}
	return out.WithRaw("user_location", raw.New(
		raw.Member{Name: "type", Value: json.RawMessage(`"approximate"`)}, raw.Member{Name: "approximate", Value: place.Bytes()},
	).Bytes()), nil
}

// choice is tool_choice in chat's words; nil when nobody said.
func (r *request) choice() (json.RawMessage, error) {
	if !r.in.Has("tool_choice") {
		return nil, nil
	}
	v, _ := r.in.Raw("tool_choice")
	if v[0] == '"' {
		return v, nil
	}
	choice, err := parse("tool_choice", v)
	if err != nil {
		return nil, err
	}
	switch kind, _ := choice.Text("type"); kind {
	case "function", "custom":
		return named(choice)
	case "allowed_tools":
		tools, err := allowed(choice)
		if err != nil {
			return nil, err
		}
		of := moved(raw.Object{}, choice, "mode", "mode").WithList("tools", tools)
		return raw.New(raw.Member{Name: "type", Value: raw.Quote(kind)}, raw.Member{Name: kind, Value: of.Bytes()}).Bytes(), nil
	default:
		return nil, unsupported("tool_choice", "the built-in tool "+kind)
	}
}

func allowed(choice raw.Object) ([]raw.Object, error) {
	v, _ := choice.Raw("tools")
	var all []raw.Object
	for _, item := range raw.Items(v) {
		tool, err := raw.Parse(item)
		if err != nil {
			return nil, invalid("tool_choice", err.Error())
		}
		if kind, _ := tool.Text("type"); kind != "function" && kind != "custom" {
			return nil, unsupported("tool_choice", "the built-in tool "+kind)
		}
		said, err := named(tool)
		if err != nil {
			return nil, err
		}
		if tool, err = raw.Parse(said); err != nil {
			return nil, invalid("tool_choice", err.Error())
		}
		all = append(all, tool)
	}
	return all, nil
}

// named points at a function by its name.
func named(choice raw.Object) (json.RawMessage, error) {
	name, ok := choice.Text("name")
	if !ok {
		return nil, invalid("tool_choice", "a function needs a name")
	}
	namespace, _ := choice.Text("namespace")
	return wrapped(raw.Object{}.WithText("name", alias(namespace, name))).Bytes(), nil
}
