package boot

import (
	"github.com/tollgate-llm/tollgate/core/api/utils"
	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/format/completions"
	"github.com/tollgate-llm/tollgate/core/format/generate"
	"github.com/tollgate-llm/tollgate/core/format/messages"
	"github.com/tollgate-llm/tollgate/core/format/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/tokens"
)

// bridges lead from the formats that clients speak to the one that every
// provider understands.
func bridges() map[llm.Format]attempt.Bridge {
	return map[llm.Format]attempt.Bridge{
		llm.Completions: {
			Split: completions.Split, Join: completions.Join, Chain: completions.Chain,
			Call: completions.Call, Reply: completions.Reply, Events: completions.Events,
		},
		llm.Responses: {Call: responses.Call, Reply: responses.Reply, Events: responses.Events},
		llm.Gemini:    {Call: generate.Call, Reply: generate.Reply, Events: generate.Events},
		llm.Messages:  {Call: messages.Call, Reply: messages.Reply, Events: messages.Events},
	}
}

// counting counts the prompts of all those formats.
func counting(find func(model string) (*llm.Deployment, error)) *utils.Count {
	c := &utils.Count{
		Tokens:  func(model string) utils.Counter { return tokens.Counter{Model: model} },
		Find:    find,
		Bridges: map[llm.Format]func(*llm.Call) (*llm.Call, error){},
	}
	for format, bridge := range bridges() {
		c.Bridges[format] = bridge.Call
	}
	return c
}
