package gemini

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// tools writes the tools: the functions as one, each of Gemini's own as one,
// and the search that OpenAI asks for with a member of the request.
func (r *request) tools() error {
	all, err := r.Tools()
	if err != nil {
		return err
	}
	var functions, tools []raw.Object
	for i := range all {
		if all[i].IsFunction() {
			functions = append(functions, declaration(&all[i]))
			continue
		}
		tools = append(tools, r.native(all[i].Whole))
	}
	if len(functions) > 0 {
		tools = append([]raw.Object{raw.Object{}.WithRaw("functionDeclarations", raw.List(functions))}, tools...)
	}
	search, err := r.search()
	if err != nil {
		return err
	}
	if tools = append(tools, search...); len(tools) > 0 {
		r.out = r.out.WithRaw("tools", raw.List(tools))
	}
	if v, _ := r.In.Raw("parallel_tool_calls"); string(v) == "true" || string(v) == "false" && len(functions) < 2 {
		r.Done("parallel_tool_calls") // one function is rarely called twice at once
	}
	return r.choice()
}

// declaration is a function. Its schema goes as it is: Gemini reads JSON
// schema. https://ai.google.dev/api/caching#FunctionDeclaration
func declaration(t *chat.Tool) raw.Object {
	o := raw.Object{}.WithText("name", t.Name)
	if t.Description != "" {
		o = o.WithText("description", t.Description)
	}
	if len(t.Parameters) > 0 {
		o = o.WithRaw("parametersJsonSchema", t.Parameters)
	}
	return chat.Copy(o, t.Function, "behavior", "response", "responseJsonSchema")
}

// native is a tool in Gemini's words, {"google_search": {}}, or in OpenAI's and
// Anthropic's for one that Gemini has too.
func (r *request) native(whole raw.Object) raw.Object {
	kind, _ := whole.Text("type")
	whole = whole.Without("type")
	switch kind {
	case "web_search", "web_search_preview":
		return raw.Object{}.WithRaw("googleSearch", json.RawMessage("{}"))
	case "computer_use":
		return raw.Object{}.WithRaw("computerUse", computer(whole).Bytes())
	}
	o := raw.Object{}
	for name, v := range whole.All() {
		switch name = camel(name); name {
		case "computerUse":
			v = computer(chat.Member(whole, name).Merged(chat.Member(whole, "computer_use"))).Bytes()
		case "googleMaps":
			v = r.maps(chat.Member(whole, name).Merged(chat.Member(whole, "google_maps"))).Bytes()
		}
		o = o.WithRaw(name, v)
	}
	return o
}

func computer(o raw.Object) raw.Object {
	if v, _ := o.Text("environment"); v == "browser" {
		o = o.WithText("environment", "ENVIRONMENT_BROWSER")
	}
	return o.Renamed("excluded_predefined_functions", "excludedPredefinedFunctions")
}

// maps moves the place that LiteLLM lets callers write into the tool to where
// Gemini has it.
func (r *request) maps(o raw.Object) raw.Object {
	if o.Has("latitude") && o.Has("longitude") {
		at := raw.Object{}.WithRaw("latLng", chat.Copy(raw.Object{}, o, "latitude", "longitude").Bytes())
		at = chat.Copy(at, o, "languageCode")
		r.toolConfig(raw.Object{}.WithRaw("retrievalConfig", at.Bytes()))
		o = o.Without("latitude", "longitude", "languageCode")
	}
	return o
}

// search is the tool that web_search_options asks for. Gemini has no options.
func (r *request) search() ([]raw.Object, error) {
	v, ok, err := r.Take("web_search_options")
	if !ok || err != nil {
		return nil, err
	}
	o, err := chat.Parse("web_search_options", v)
	if err != nil {
		return nil, err
	}
	for name, v := range o.All() {
		if string(v) != "null" && string(v) != `"medium"` && !wire.Drops(r.Call) {
			return nil, r.Unsupported("web_search_options", name+" of web_search_options")
		}
	}
	return []raw.Object{raw.Object{}.WithRaw("googleSearch", json.RawMessage("{}"))}, nil
}

// choice writes whether a function must be called.
// https://ai.google.dev/gemini-api/docs/function-calling#function_calling_modes
func (r *request) choice() error {
	c, err := r.Choice()
	if err != nil {
		return err
	}
	calling := raw.Object{}
	switch c.Mode {
	case "auto", "none":
		calling = calling.WithText("mode", map[string]string{"auto": "AUTO", "none": "NONE"}[c.Mode])
	case "required":
		calling = calling.WithText("mode", "ANY")
	case "function":
		name := append(append([]byte("["), raw.Quote(c.Name)...), ']')
		calling = calling.WithText("mode", "ANY").WithRaw("allowedFunctionNames", name)
	default:
		return r.ownChoice(c.Own)
	}
	r.toolConfig(raw.Object{}.WithRaw("functionCallingConfig", calling.Bytes()))
	return nil
}

func (r *request) ownChoice(v json.RawMessage) error {
	if len(v) == 0 {
		return nil
	}
	o, err := chat.Parse("tool_choice", v)
	if err != nil {
		return err
	}
	if kind, _ := o.Text("type"); kind != "" {
		return r.Unsupported("tool_choice", "tool_choice of type "+kind)
	}
	r.toolConfig(o)
	return nil
}

func (r *request) toolConfig(o raw.Object) {
	r.out = r.out.WithRaw("toolConfig", chat.Member(r.out, "toolConfig").Merged(o).Bytes())
}
