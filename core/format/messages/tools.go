package messages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// tools translates what the model may call and whether it must. Without tools
// there is nothing to choose, and OpenAI refuses an empty list.
func (r *request) tools() error {
	choice, err := r.object("tool_choice")
	if err != nil {
		return err
	}
	v, ok, err := r.take("tools")
	if !ok || err != nil {
		return err
	}
	declared, err := objects("tools", v)
	if err != nil {
		return err
	}
	var all []raw.Object
	for _, t := range declared {
		kind, _ := t.Text("type")
		switch {
		case strings.HasPrefix(kind, "web_search_") && !r.claude:
			if err := r.search(t); err != nil {
				return err
			}
		case kind != "" && kind != "custom":
			all = append(all, t) // Anthropic's own
		default:
			f, err := r.function(t)
			if err != nil {
				return err
			}
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return nil
	}
	r.out = r.out.WithList("tools", all)
	return r.choose(choice)
}

// function declares a tool. Anthropic's strict is left out: OpenAI refuses under
// that name schemas that Anthropic takes.
func (r *request) function(t raw.Object) (raw.Object, error) {
	name, _ := t.Text("name")
	if name == "" {
		return t, invalid("tools", "a tool needs a name")
	}
	f := copied(raw.Object{}.WithText("name", r.short(name)), t, "description")
	if v, ok := t.Raw("input_schema"); ok {
		f = f.WithRaw("parameters", v)
	}
	out := typed("function").WithRaw("function", f.Bytes())
	if r.claude {
		out = copied(out, t, "cache_control", "defer_loading", "allowed_callers", "input_examples", "eager_input_streaming")
	}
	return out, nil
}

// search says in OpenAI's words that the model may search the web.
// Source: https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat
func (r *request) search(t raw.Object) error {
	options := raw.Object{}
	if v, _ := t.Raw("user_location"); t.Has("user_location") {
		place, err := parse("tools", v)
		if err != nil {
			return err
		}
		place = copied(raw.Object{}, place, "city", "region", "country", "timezone")
		options = options.WithRaw("user_location", typed("approximate").WithRaw("approximate", place.Bytes()).Bytes())
	}
	r.out = r.out.WithRaw("web_search_options", options.Bytes())
	return nil
}

// choose translates tool_choice and what stands in it.
func (r *request) choose(choice raw.Object) error {
	if choice.Len() == 0 {
		return nil
	}
	switch kind, _ := choice.Text("type"); kind {
	case "auto", "none":
		r.out = r.out.WithText("tool_choice", kind)
	case "any":
		r.out = r.out.WithText("tool_choice", "required")
	case "tool":
		name, _ := choice.Text("name")
		f := raw.Object{}.WithText("name", r.short(name))
		r.out = r.out.WithRaw("tool_choice", typed("function").WithRaw("function", f.Bytes()).Bytes())
	default:
		return invalid("tool_choice", "unknown type %q", kind)
	}
	if v, _ := choice.Raw("disable_parallel_tool_use"); string(v) == "true" {
		r.out = r.out.WithRaw("parallel_tool_calls", json.RawMessage("false"))
	}
	return nil
}

// longest is the longest name that OpenAI's functions may have. Those of MCP's
// tools are often longer, and Anthropic takes them.
const longest = 64

// short is the name by which a tool is declared to another vendor's model.
func (r *request) short(name string) string {
	if r.claude {
		return name
	}
	return shortened(name)
}

func shortened(name string) string {
	if len(name) <= longest {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	const digits = 8
	return strings.ToValidUTF8(name[:longest-digits-1], "_") + "_" + hex.EncodeToString(sum[:digits/2])
}

// named is the name that the caller gave a tool.
func named(call *llm.Call, name string) string {
	if len(name) < longest {
		return name
	}
	tools, _ := call.Body.Raw("tools")
	for _, item := range raw.Items(tools) {
		t, err := raw.Parse(item)
		if err != nil {
			break // Call has said so
		}
		if long, _ := t.Text("name"); len(long) > longest && shortened(long) == name {
			return long
		}
	}
	return name
}
