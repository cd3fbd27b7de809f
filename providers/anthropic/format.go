package anthropic

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/anthropic/answer"
	"github.com/tollgate-llm/tollgate/providers/anthropic/schema"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

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
		fitted, err := schema.Fit(f.Schema)
		if err != nil {
			return err
		}
		r.configure("format", chat.Typed("json_schema").WithRaw("schema", fitted).Bytes())
		return nil
	}
	return r.answerByTool(f.Schema)
}

// answerByTool adds the tool. With tools of the caller's own beside it the
// model may call any of them; while it thinks it cannot be made to.
func (r *request) answerByTool(wanted json.RawMessage) error {
	o, err := chat.Parse("response_format", wanted)
	if err != nil {
		return err
	}
	t := raw.Object{}.WithText("name", answer.Tool).WithRaw("input_schema", objective(o).Bytes())
	choice := chat.Typed("tool").WithText("name", answer.Tool)
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

// byTool reports whether a call is answered by answer.Tool.
func byTool(call *llm.Call) bool {
	if !call.Body.Has("response_format") || modelOf(call.To.Model).conforms() {
		return false
	}
	f, err := chat.Read(call).Format()
	return err == nil && f.Schema != nil
}
