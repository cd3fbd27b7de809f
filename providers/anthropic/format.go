package anthropic

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// answerTool is the tool by which an older model answers in a schema: it must
// call it, and the input is the answer. LiteLLM's name.
const answerTool = "json_tool_call"

// format translates response_format. A schema is Anthropic's output_config
// where the model has it, and a tool that must be called where it has not.
// json_object asks for nothing: OpenAI wants the prompt to ask for JSON then,
// and Anthropic has no more than the prompt.
func (r *request) format() error {
	if _, _, err := r.take("response_format"); err != nil {
		return err
	}
	schema, err := wanted(r.call)
	if schema == nil || err != nil {
		return err
	}
	if r.model.conforms() {
		if schema, err = fitted(schema); err != nil {
			return err
		}
		r.configure("format", raw.Object{}.WithRaw("format", typed("json_schema").WithRaw("schema", schema).Bytes()))
		return nil
	}
	return r.answerByTool(schema)
}

// answerByTool adds the tool. With tools of the caller's own beside it the
// model may call any of them; while it thinks it cannot be made to.
func (r *request) answerByTool(schema json.RawMessage) error {
	o, err := parse("response_format", schema)
	if err != nil {
		return err
	}
	if !o.Has("type") {
		o = typed("object").Merged(o.Without("type"))
	}
	var tools []raw.Object
	had, _ := r.out.Raw("tools")
	for _, item := range raw.Items(had) {
		t, err := parse("tools", item)
		if err != nil {
			return err
		}
		tools = append(tools, t)
	}
	choice := typed("tool").WithText("name", answerTool)
	if len(tools) > 0 {
		choice = typed("any")
	}
	t := raw.Object{}.WithText("name", answerTool).WithRaw("input_schema", o.Bytes())
	r.set("tools", list(append(tools, t)))
	if !r.out.Has("thinking") && !r.in.Has("thinking") {
		r.set("tool_choice", choice.Bytes())
	}
	return nil
}

// byTool reports whether a call is answered by the answerTool.
func byTool(call *llm.Call) bool {
	if !call.Body.Has("response_format") || modelOf(call.To.Model).conforms() {
		return false
	}
	schema, _ := wanted(call)
	return schema != nil
}

// wanted is the schema of response_format; nil when it has none.
func wanted(call *llm.Call) (json.RawMessage, error) {
	v, _ := call.Body.Raw("response_format")
	if !call.Body.Has("response_format") {
		return nil, nil
	}
	f, err := parse("response_format", v)
	if err != nil {
		return nil, err
	}
	if schema, _ := f.Raw("response_schema"); f.Has("response_schema") { // LiteLLM's, of Gemini
		return schema, nil
	}
	switch kind, _ := f.Text("type"); kind {
	case "text", "json_object":
		return nil, nil
	case "json_schema":
		v, _ := f.Raw("json_schema")
		o, err := parse("response_format", v)
		if err != nil {
			return nil, err
		}
		schema, _ := o.Raw("schema")
		if !o.Has("schema") {
			return nil, nil
		}
		return schema, nil
	default:
		return nil, unsupported("response_format", "response_format of type "+kind)
	}
}
