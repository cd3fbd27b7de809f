package completions

import (
	"encoding/json"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// sum adds up what two completions used. What one does not know, nobody does.
func sum(a, b llm.Usage) llm.Usage {
	return llm.Usage{
		Known: a.Known && b.Known,
		In:    a.In + b.In, CacheRead: a.CacheRead + b.CacheRead,
		CacheWrite5m: a.CacheWrite5m + b.CacheWrite5m, CacheWrite1h: a.CacheWrite1h + b.CacheWrite1h,
		AudioIn: a.AudioIn + b.AudioIn, ImageIn: a.ImageIn + b.ImageIn,
		Out: a.Out + b.Out, Reasoning: a.Reasoning + b.Reasoning,
		AudioOut: a.AudioOut + b.AudioOut, ImageOut: a.ImageOut + b.ImageOut,
		Images: a.Images + b.Images, Characters: a.Characters + b.Characters,
		Millis: a.Millis + b.Millis, Pages: a.Pages + b.Pages, Searches: a.Searches + b.Searches,
		Tier: b.Tier,
	}
}

// shown is a usage as a caller sees it.
func shown(u llm.Usage) json.RawMessage {
	return fmt.Appendf(nil, `{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}`, u.Prompt(), u.Out, u.Prompt()+u.Out)
}
