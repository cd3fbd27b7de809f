package openai

import (
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// thoughtful gives a body whose messages (or deltas) say "reasoning", as
// OpenRouter's, Groq's, Cerebras's and others' do, in the word that most vendors
// and LiteLLM have for it: reasoning_content. Other bodies keep their bytes.
//
// Source: https://openrouter.ai/docs/use-cases/reasoning-tokens and
// https://console.groq.com/docs/reasoning
func thoughtful(body raw.Object, member string) raw.Object {
	if values(body.Bytes(), `"reasoning"`, '"') == 0 {
		return body
	}
	v, _ := body.Raw("choices")
	var choices []raw.Object
	for _, item := range raw.Items(v) {
		choice, err := raw.Parse(item)
		if err != nil {
			return body
		}
		m := chat.Member(choice, member)
		if !m.Has("reasoning_content") && m.Has("reasoning") {
			choice = choice.WithRaw(member, m.Without("reasoning_content").Renamed("reasoning", "reasoning_content").Bytes())
		}
		choices = append(choices, choice)
	}
	return body.WithRaw("choices", raw.List(choices))
}
