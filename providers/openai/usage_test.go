package openai

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestUsage: the forms of the usage object that vendors really send.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name, usage, tier string
		want              llm.Usage
	}{
		{
			"OpenAI, with sound", // https://platform.openai.com/docs/guides/audio
			`{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":20,"audio_tokens":30},"completion_tokens_details":{"reasoning_tokens":10,"audio_tokens":25}}`, "priority",
			llm.Usage{Known: true, In: 80, CacheRead: 20, AudioIn: 30, Out: 50, Reasoning: 10, AudioOut: 25, Tier: "priority"},
		},
		{
			"xAI, whose completion is without reasoning", // https://docs.x.ai/docs/guides/reasoning
			`{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"prompt_tokens_details":{"text_tokens":32,"audio_tokens":0,"image_tokens":0,"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":94,"audio_tokens":0},"num_sources_used":0}`, "",
			llm.Usage{Known: true, In: 26, CacheRead: 6, Out: 103, Reasoning: 94},
		},
		{
			"Perplexity's deep research", // https://docs.perplexity.ai/models/models/sonar-deep-research
			`{"prompt_tokens":33,"completion_tokens":7163,"total_tokens":7196,"citation_tokens":20016,"num_search_queries":19,"reasoning_tokens":95305}`, "",
			llm.Usage{Known: true, In: 33, Out: 102468, Reasoning: 95305, Searches: 19},
		},
		{
			"cached tokens beside the totals", // https://platform.moonshot.ai/docs/api/chat
			`{"prompt_tokens":19,"completion_tokens":21,"total_tokens":40,"cached_tokens":10}`, "",
			llm.Usage{Known: true, In: 9, CacheRead: 10, Out: 21},
		},
		{"zero is known", `{"prompt_tokens":0,"completion_tokens":0}`, "", llm.Usage{Known: true}},
		{"nothing", `{}`, "", llm.Usage{}},
		{"null", `null`, "", llm.Usage{}},
	} {
		if got := usage([]byte(c.usage), c.tier); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}
