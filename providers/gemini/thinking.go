package gemini

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// thinking takes how much to think: OpenAI's effort, or Anthropic's thinking,
// which LiteLLM's users write for Gemini too. A model that does not think is
// not told; wire's policy says so.
// https://ai.google.dev/gemini-api/docs/thinking
func (r *request) thinking() error {
	if !r.model.thinks() {
		return nil
	}
	effort, err := r.Effort()
	if err != nil {
		return err
	}
	config, err := r.effort(effort)
	if err != nil {
		return err
	}
	v, ok, err := r.Take("thinking")
	if err != nil {
		return err
	}
	if ok {
		if config, err = r.budget(v); err != nil {
			return err
		}
	}
	if config.Len() > 0 {
		r.config = r.config.WithRaw("thinkingConfig", config.Bytes())
	}
	return nil
}

func (r *request) effort(word string) (raw.Object, error) {
	shown := json.RawMessage("true")
	switch word {
	case "":
		return raw.Object{}, nil
	case "none", "disable":
		word, shown = "none", json.RawMessage("false")
	case "minimal", "low", "medium", "high":
	case "xhigh", "max":
		word = "high"
	default:
		return raw.Object{}, r.Unsupported("reasoning_effort", "the reasoning effort "+word)
	}
	o := raw.Object{}.WithRaw("includeThoughts", shown)
	if r.model.third() {
		return o.WithText("thinkingLevel", r.level(word)), nil
	}
	return chat.Number(o, "thinkingBudget", r.tokens(word)), nil
}

// level is the nearest that the model has. None of them can do without
// thinking, the pro models not with minimal, and the first not with medium.
func (r *request) level(word string) string {
	pro := r.model.has("pro")
	switch {
	case word == "low", pro && (word == "minimal" || word == "none"):
		return "LOW"
	case word == "minimal", word == "none":
		return "MINIMAL"
	case word == "medium" && !r.model.has("gemini-3-pro"):
		return "MEDIUM"
	}
	return "HIGH"
}

// tokens is a budget, in LiteLLM's numbers; 2.5 pro cannot do without.
func (r *request) tokens(word string) int64 {
	switch pro := r.model.has("pro"); {
	case word == "low":
		return 1024
	case word == "medium":
		return 2048
	case word == "high":
		return 4096
	case word == "none" && !pro:
		return 0
	case r.model.has("flash-lite"):
		return 512
	case r.model.has("flash"):
		return 1
	}
	return 128
}

// budget reads Anthropic's thinking. Gemini 3 still takes a budget.
func (r *request) budget(v json.RawMessage) (raw.Object, error) {
	o, err := chat.Parse("thinking", v)
	if err != nil {
		return o, err
	}
	kind, _ := o.Text("type")
	n, _ := o.Raw("budget_tokens")
	switch {
	case kind == "disabled" || kind == "enabled" && string(n) == "0":
		return r.effort("none")
	case kind != "enabled" && kind != "adaptive":
		return o, chat.Invalid("thinking", "a type of enabled, adaptive or disabled is needed")
	}
	shown := raw.Object{}.WithRaw("includeThoughts", json.RawMessage("true"))
	if _, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		shown = shown.WithRaw("thinkingBudget", n)
	}
	return shown, nil
}
