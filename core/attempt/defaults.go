package attempt

import (
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// withDefaults adds a deployment's parameters that the request does not set.
// OpenAI has two names for the output limit, and either sets it.
func withDefaults(op llm.Op, body, params raw.Object) raw.Object {
	for name, v := range params.All() {
		if body.Has(name) || twin(name) != "" && body.Has(twin(name)) || op != llm.Chat && slices.Contains(ofChat[:], name) {
			continue
		}
		body = body.WithRaw(name, v)
	}
	return body
}

// ofChat are parameters that only a chat has: a deployment of many models may
// give them to all, and no other operation takes them.
var ofChat = [...]string{
	"max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "stop", "seed", "logit_bias", "frequency_penalty",
	"presence_penalty", "reasoning_effort", "thinking", "tools", "tool_choice", "parallel_tool_calls",
}

func twin(name string) string {
	switch name {
	case "max_tokens":
		return "max_completion_tokens"
	case "max_completion_tokens":
		return "max_tokens"
	}
	return ""
}
