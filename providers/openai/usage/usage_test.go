package usage

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestOf: the forms of the usage object that vendors really send.
func TestOf(t *testing.T) {
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
		if got := Of([]byte(c.usage), c.tier); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestBeside: the kinds of usage that vendors of OpenAI's operations send.
func TestBeside(t *testing.T) {
	for _, c := range []struct {
		name, usage string
		want        llm.Usage
	}{
		{"embeddings", `{"prompt_tokens":8,"total_tokens":8}`, llm.Usage{Known: true, In: 8}},
		{"one total", `{"total_tokens":7}`, llm.Usage{Known: true, In: 7}}, // https://docs.voyageai.com/reference/embeddings-api
		{"a picture", `{"input_tokens":50,"output_tokens":100,"input_tokens_details":{"text_tokens":10,"image_tokens":40}}`, llm.Usage{Known: true, In: 50, ImageIn: 40, Out: 100, ImageOut: 100}},
		{"a picture and words", `{"input_tokens":50,"output_tokens":100,"input_tokens_details":{"text_tokens":50,"image_tokens":0},"output_tokens_details":{"text_tokens":30,"image_tokens":70}}`, llm.Usage{Known: true, In: 50, Out: 100, ImageOut: 70}},
		{"speech", `{"type":"tokens","input_tokens":14,"output_tokens":45,"input_token_details":{"audio_tokens":12}}`, llm.Usage{Known: true, In: 14, AudioIn: 12, Out: 45}},
		{"seconds", `{"type":"duration","seconds":9.5}`, llm.Usage{Known: true, Millis: 9500}},
		{"quoted seconds", `{"seconds":"0.25"}`, llm.Usage{Known: true, Millis: 250}},
		{"seconds that are none", `{"seconds":-1}`, llm.Usage{}},
		{"nothing", `{}`, llm.Usage{}},
		{"null", `null`, llm.Usage{}},
	} {
		if got := Beside(raw.Object{}.WithRaw("usage", []byte(c.usage))); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}
