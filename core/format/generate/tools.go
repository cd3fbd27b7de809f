package generate

import (
	"encoding/json"
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// tools says the functions, and the search that OpenAI asks for with a member
// of the request; Google's other tools go on as they are.
func (r *request) tools() error {
	choice, err := r.choice()
	if err != nil {
		return err
	}
	v, ok, err := r.take("tools")
	if !ok || err != nil {
		return err
	}
	list, err := objects("tools", v)
	if err != nil {
		return err
	}
	var tools []raw.Object
	functions := 0
	for _, t := range list {
		declared, err := r.functions(t)
		if err != nil {
			return err
		}
		tools = append(tools, declared...)
		functions += len(declared)
		for name, v := range t.All() {
			switch {
			case name == "functionDeclarations" || !t.Has(name):
			case name == "googleSearch", name == "googleSearchRetrieval":
				r.out = r.out.WithRaw("web_search_options", json.RawMessage("{}"))
			default:
				tools = append(tools, raw.Object{}.WithRaw(name, v))
			}
		}
	}
	if len(tools) > 0 {
		r.out = r.out.WithList("tools", tools)
	}
	if functions > 0 && choice != nil {
		r.out = r.out.WithRaw("tool_choice", choice)
	}
	return nil
}

// functions are those of a tool that may be called.
func (r *request) functions(tool raw.Object) ([]raw.Object, error) {
	if !tool.Has("functionDeclarations") {
		return nil, nil
	}
	v, _ := tool.Raw("functionDeclarations")
	list, err := objects("tools", v)
	if err != nil {
		return nil, err
	}
	var all []raw.Object
	for _, d := range list {
		name, _ := d.Text("name")
		if name == "" {
			return nil, invalid("tools", "a function needs a name")
		}
		if r.allowed != nil && !slices.Contains(r.allowed, name) {
			continue
		}
		f := raw.Object{}.WithText("name", name)
		if v, _ := d.Raw("description"); d.Has("description") {
			f = f.WithRaw("description", v)
		}
		schema, err := parameters(d)
		if err != nil {
			return nil, err
		}
		if schema != nil {
			f = f.WithRaw("parameters", schema)
		}
		all = append(all, typed("function").WithRaw("function", f.Bytes()))
	}
	return all, nil
}

func parameters(declaration raw.Object) (json.RawMessage, error) {
	if v, _ := declaration.Raw("parametersJsonSchema"); declaration.Has("parametersJsonSchema") {
		return v, nil
	}
	if !declaration.Has("parameters") {
		return nil, nil
	}
	v, _ := declaration.Raw("parameters")
	return lowered("tools", v)
}

// choice reads whether a function must be called, and which may be; what else
// toolConfig has goes on.
// https://ai.google.dev/gemini-api/docs/function-calling#function_calling_modes
func (r *request) choice() (json.RawMessage, error) {
	v, ok, err := r.take("toolConfig")
	if !ok || err != nil {
		return nil, err
	}
	c, err := object("toolConfig", v)
	if err != nil {
		return nil, err
	}
	calling, err := member("toolConfig", c, "functionCallingConfig")
	if err != nil {
		return nil, err
	}
	if more := c.Without("functionCallingConfig"); more.Len() > 0 && !r.drops() {
		r.out = r.out.WithRaw("toolConfig", more.Bytes())
	}
	var allowed []string
	if v, _ := calling.Raw("allowedFunctionNames"); calling.Has("allowedFunctionNames") && json.Unmarshal(v, &allowed) != nil {
		return nil, invalid("toolConfig", "allowedFunctionNames must be a list of texts")
	}
	switch mode, _ := calling.Text("mode"); mode {
	case "AUTO":
		return json.RawMessage(`"auto"`), nil
	case "NONE":
		return json.RawMessage(`"none"`), nil
	case "VALIDATED":
		r.limit(allowed)
		return json.RawMessage(`"auto"`), nil
	case "ANY":
		r.limit(allowed)
		return json.RawMessage(`"required"`), nil
	case "", "MODE_UNSPECIFIED":
		return nil, nil
	default:
		return nil, invalid("toolConfig", "the mode "+mode+" is none of AUTO, ANY, NONE and VALIDATED")
	}
}

// limit keeps all but some functions from the model, for few vendors can be
// told to call only some of those that it knows.
func (r *request) limit(allowed []string) {
	if len(allowed) > 0 {
		r.allowed = allowed
	}
}
