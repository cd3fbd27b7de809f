package replicate

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// request is a translation under way.
type request struct {
	*chat.Request
	family family
	input  raw.Object // the model's
}

// limit is the most tokens the model may write.
func (r *request) limit() error {
	v, err := r.Limit()
	if v != nil {
		r.input = r.input.WithRaw(r.family.limit, v)
	}
	return err
}

// stop lists the sequences that end the text: one text with commas between.
func (r *request) stop() error {
	if !r.family.stops {
		return nil
	}
	list, err := r.Stop()
	if err != nil || list == nil {
		return err
	}
	var all []string
	if err := json.Unmarshal(list, &all); err != nil {
		return chat.Invalid("stop", "%v", err)
	}
	if slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, ",") }) {
		return r.Unsupported("stop", "stop sequences with a comma in them")
	}
	r.input = r.input.WithText("stop_sequences", strings.Join(all, ","))
	return nil
}

// think says how much a model thinks: OpenAI's effort, or Anthropic's thinking
// with its number of tokens.
func (r *request) think() error {
	t := r.family.thinking
	if t == (thinking{}) {
		return nil
	}
	effort, err := r.Effort()
	if err != nil {
		return err
	}
	given, ok, err := r.Take("thinking")
	if err != nil {
		return err
	}
	var tokens json.RawMessage
	if ok {
		o, err := chat.Parse("thinking", given)
		if err != nil {
			return err
		}
		kind, _ := o.Text("type")
		if tokens, _ = o.Raw("budget_tokens"); kind == "disabled" {
			effort, tokens = "none", nil
		} else if tokens == nil {
			effort = "medium"
		}
	}
	if tokens == nil {
		tokens = budget(effort)
	}
	if tokens == nil {
		return nil
	}
	off := effort == "none"
	if t.on != "" {
		r.input = r.input.WithRaw(t.on, json.RawMessage(map[bool]string{true: "false", false: "true"}[off]))
	}
	switch {
	case t.level != "" && (off || effort == "minimal" || effort == "low"):
		r.input = r.input.WithText(t.level, "low")
	case t.level != "":
		r.input = r.input.WithText(t.level, "high")
	case t.on == "" || !off:
		r.input = r.input.WithRaw(t.budget, tokens)
	}
	return nil
}

// budget is the number of tokens that LiteLLM gives an effort, nil when nobody
// said one. None of the models takes fewer than 1024 but 0.
func budget(effort string) json.RawMessage {
	switch effort {
	case "":
		return nil
	case "none":
		return json.RawMessage("0")
	case "minimal", "low":
		return json.RawMessage("1024")
	case "medium":
		return json.RawMessage("2048")
	}
	return json.RawMessage("4096")
}
