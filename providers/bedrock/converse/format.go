package converse

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/bedrock/converse/answer"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// format translates response_format: a schema is an outputConfig, as text, or
// a tool. json_object asks for nothing: OpenAI wants the prompt to ask for JSON
// then, and Converse has no more than the prompt.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
func (r *request) format() error {
	f, err := r.Format()
	if f.Schema == nil || err != nil {
		return err
	}
	if !r.model.conforms() {
		r.answer, err = r.spec(&chat.Tool{Name: answer.Tool, Parameters: f.Schema})
		return err
	}
	named := chat.Member(f.Whole, "json_schema")
	schema := chat.Copy(raw.Object{}.WithText("schema", string(f.Schema)), named, "name", "description")
	text := chat.Typed("json_schema").WithRaw("structure", block("jsonSchema", schema).Bytes())
	r.config = r.config.WithRaw("textFormat", text.Bytes())
	return nil
}

// force adds answer.Tool. With tools of the caller's own beside it the model
// may call any of them; while it thinks it cannot be made to.
func (r *request) force() {
	switch {
	case r.more.Has("thinking") || r.In.Has("thinking"):
	case len(r.tools) > 0 && r.model.obeys():
		r.choice = block("any", raw.Object{})
	case r.model.obeys():
		r.choice = block("tool", raw.Object{}.WithText("name", answer.Tool))
	}
	r.tools = append(r.tools, r.answer)
}

// byTool reports whether a call is answered by answer.Tool.
func byTool(call *llm.Call) bool {
	if !call.Body.Has("response_format") || modelOf(call).conforms() {
		return false
	}
	f, err := chat.Read(call).Format()
	return err == nil && f.Schema != nil
}

// leastBudget is the least that a Claude takes for thinking, in tokens.
const leastBudget = 1024

// budgets are reasoning_effort in tokens, LiteLLM's numbers from the least on.
var budgets = map[string]int{"minimal": leastBudget, "low": leastBudget, "medium": 2048, "high": 4096, "xhigh": 4096, "max": 4096}

// thinking translates reasoning_effort into what each family of models has for
// it. A thinking member of the caller's own is the model's and wins.
func (r *request) thinking() error {
	gpt, nova := r.model.is("gpt-oss"), r.model.is("nova-2")
	if !gpt && !nova && !r.model.thinks() {
		return nil // left over
	}
	effort, err := r.Effort()
	if err != nil || effort == "" || effort == "none" {
		return err
	}
	budget, known := budgets[effort]
	switch {
	case !known:
		return chat.Invalid("reasoning_effort", "unknown effort %q", effort)
	case gpt:
		r.more = r.more.WithText("reasoning_effort", effort)
	case nova:
		// https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
		word := map[string]string{"minimal": "low", "low": "low", "medium": "medium"}[effort]
		if word == "" {
			word = "high"
		}
		r.more = r.more.WithRaw("reasoningConfig", chat.Typed("enabled").WithText("maxReasoningEffort", word).Bytes())
	case r.model.adapts():
		if !r.In.Has("thinking") {
			r.more = r.more.WithRaw("thinking", chat.Typed("adaptive").Bytes())
		}
		if effort == "minimal" {
			effort = "low"
		}
		r.config = r.config.WithText("effort", effort)
	case !r.In.Has("thinking"):
		r.enable(budget)
	}
	return nil
}

// enable gives thinking a budget below the limit. Without room for the least
// there is no thinking: an effort is a wish.
func (r *request) enable(budget int) {
	limit, _ := r.Limit() // read again, and judged, when it is translated
	if n, err := strconv.Atoi(string(limit)); err == nil {
		budget = min(budget, n-1)
	}
	if budget >= leastBudget {
		o := chat.Typed("enabled").WithRaw("budget_tokens", json.RawMessage(strconv.Itoa(budget)))
		r.more = r.more.WithRaw("thinking", o.Bytes())
	}
}
