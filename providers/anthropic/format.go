package anthropic

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// answerTool is the tool by which an older model answers in a schema: it must
// call it, and the input is the answer. LiteLLM's name.
const answerTool = "json_tool_call"

// format translates response_format. A schema is Anthropic's output_config
// where the model has it, and a tool that must be called where it has not.
// json_object asks for nothing: OpenAI wants the prompt to ask for JSON then,
// and Anthropic has no more than the prompt.
func (r *request) format() error {
	f, err := r.Format()
	if f.Schema == nil || err != nil {
		return err
	}
	if r.model.conforms() {
		schema, err := fitted(f.Schema)
		if err != nil {
			return err
		}
		r.configure("format", raw.Object{}.WithRaw("format", chat.Typed("json_schema").WithRaw("schema", schema).Bytes()))
		return nil
	}
	return r.answerByTool(f.Schema)
}

// answerByTool adds the tool. With tools of the caller's own beside it the
// model may call any of them; while it thinks it cannot be made to.
func (r *request) answerByTool(schema json.RawMessage) error {
	o, err := chat.Parse("response_format", schema)
	if err != nil {
		return err
	}
	t := raw.Object{}.WithText("name", answerTool).WithRaw("input_schema", objective(o).Bytes())
	choice := chat.Typed("tool").WithText("name", answerTool)
	tools := raw.List([]raw.Object{t})
	if had, ok := r.out.Raw("tools"); ok {
		choice = chat.Typed("any")
		tools = append(append(had[:len(had)-1:len(had)-1], ','), tools[1:]...)
	}
	r.set("tools", tools)
	if !r.out.Has("thinking") && !r.In.Has("thinking") {
		r.set("tool_choice", choice.Bytes())
	}
	return nil
}

// byTool reports whether a call is answered by the answerTool.
func byTool(call *llm.Call) bool {
	if !call.Body.Has("response_format") || modelOf(call.To.Model).conforms() {
		return false
	}
	f, err := chat.Read(call).Format()
	return err == nil && f.Schema != nil
}
