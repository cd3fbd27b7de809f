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
	if !r.model.Thinks() {
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
	config, ok := r.model.Thinking(word)
	if !ok && word != "" {
		return config, r.Unsupported("reasoning_effort", "the reasoning effort "+word)
	}
	return config, nil
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
