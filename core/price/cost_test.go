package price

import (
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// drawModel draws a model of the catalogue that has prices.
func drawModel(t *rapid.T, c *Catalogue) Model {
	name := rapid.SampledFrom([]string{
		"gpt-4o", "gpt-4o-audio-preview", "claude-sonnet-4-5", "claude-opus-4-1", "gemini/gemini-2.5-pro", "gemini-1.5-flash",
		"dashscope/qwen-plus-latest", "gpt-5", "gpt-image-1", "groq/whisper-large-v3", "dall-e-3", "tts-1", "cohere/rerank-v3.5", "xai/grok-4",
	}).Draw(t, "model")
	m, err := c.Info(name, "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func drawUsage(t *rapid.T) llm.Usage {
	n := func(name string) int64 { return rapid.Int64Range(-1, 400_000).Draw(t, name) }
	return llm.Usage{
		In: n("in"), CacheRead: n("cache read"), CacheWrite5m: n("5m"), CacheWrite1h: n("1h"), AudioIn: n("audio in"), ImageIn: n("image in"),
		Out: n("out"), Reasoning: n("reasoning"), AudioOut: n("audio out"), ImageOut: n("image out"),
		Images: n("images"), Characters: n("characters"), Millis: n("millis"), Pages: n("pages"), Searches: n("searches"),
		Tier: rapid.SampledFrom([]string{"", Batch, Flex, Priority, "default"}).Draw(t, "tier"),
	}
}

// TestCostProperties holds what must be true of any cost: no part is below
// zero, more of anything does not cost less, and twice the tokens below every
// threshold cost twice as much.
func TestCostProperties(t *testing.T) {
	var c Catalogue
	rapid.Check(t, func(t *rapid.T) {
		m, u := drawModel(t, &c), drawUsage(t)
		cost := func(u llm.Usage) Cost {
			got, err := c.CompletionCost(Call{Model: m.Name, Provider: m.Provider, Usage: u})
			if err != nil && !errors.Is(err, ErrNoPrice) {
				t.Fatal(err)
			}
			return got
		}
		got := cost(u)
		if got.Prompt < 0 || got.Completion < 0 || got.Tools < 0 {
			t.Fatalf("got %+v, want no part below zero", got)
		}
		u.Images, u.Characters, u.Millis, u.Pages, u.Searches = 0, 0, 0, 0, 0
		u.In, u.Out = max(0, u.In), max(0, u.Out)
		more := u
		more.Out += rapid.Int64Range(0, 1000).Draw(t, "more out")
		more.In += rapid.Int64Range(0, 1000).Draw(t, "more in")
		if a, b := cost(u), cost(more); b.Total() < a.Total() {
			t.Errorf("got %+v for more than what costs %+v", b, a)
		}
		if len(m.Bands) > 0 || m.level(In, 2*u.Prompt()) > 0 {
			return
		}
		twice := u
		for _, n := range []*int64{
			&twice.In, &twice.CacheRead, &twice.CacheWrite5m, &twice.CacheWrite1h, &twice.AudioIn, &twice.ImageIn,
			&twice.Out, &twice.Reasoning, &twice.AudioOut, &twice.ImageOut,
		} {
			*n *= 2
		}
		if a, b := cost(u).Total(), cost(twice).Total(); b < 2*a-1 || b > 2*a+1 {
			t.Errorf("got %d for twice of what costs %d", b, a)
		}
	})
}

func TestCompletionCost(t *testing.T) {
	custom, err := ParsePrices([]byte(`{"input_cost_per_token": 1e-6, "output_cost_per_token": "2e-06", "mode": "chat"}`))
	if err != nil {
		t.Fatal(err)
	}
	bySecond, err := ParsePrices([]byte(`{"input_cost_per_second": 0.0001, "output_cost_per_second": 0.0002}`))
	if err != nil {
		t.Fatal(err)
	}
	tokens := llm.Usage{In: 1000, Out: 100}
	for _, tc := range []struct {
		name string
		call Call
		want Cost
		err  error
	}{
		{"unknown", Call{Model: "no-such", Usage: tokens}, Cost{}, ErrUnknownModel},
		{"another provider's", Call{Model: "gpt-4o", Provider: "anthropic", Usage: tokens}, Cost{}, ErrUnknownModel},
		{"without a price", Call{Model: "claude-2", Usage: tokens}, Cost{}, ErrNoPrice},
		{"nothing used", Call{Model: "gpt-4o"}, Cost{}, nil},
		{"self-hosted", Call{Model: "my-model", Provider: "hosted_vllm", Usage: tokens}, Cost{}, nil},
		{"hosted elsewhere", Call{Model: "org/m", Provider: "huggingface", Usage: tokens}, Cost{}, ErrUnknownModel},
		{"at an address of one's own", Call{Model: "org/m", Provider: "huggingface", OwnBase: true, Usage: tokens}, Cost{}, nil},
		{"custom", Call{Model: "whatever", Usage: tokens, Prices: custom}, Cost{Prompt: 1_000_000_000, Completion: 200_000_000}, nil},
		{"custom, self-hosted", Call{Model: "m", Provider: "ollama", Usage: tokens, Prices: custom}, Cost{Prompt: 1_000_000_000, Completion: 200_000_000}, nil},
		{"custom by the second", Call{Model: "m", Usage: tokens, Elapsed: 1500 * time.Millisecond, Prices: bySecond}, Cost{Prompt: 150_000_000, Completion: 300_000_000}, nil},
		{"cached without a price for it", Call{Model: "m", Usage: llm.Usage{In: 1, CacheRead: 2, CacheWrite5m: 3, CacheWrite1h: 4}, Prices: custom}, Cost{Prompt: 10_000_000}, nil},
		{"base model", Call{Model: "my-deployment", Provider: "azure", BaseModel: "azure/gpt-4o", Usage: tokens}, Cost{Prompt: 2_500_000_000, Completion: 1_000_000_000}, nil},
		{"base model of another", Call{Model: "my-deployment", Provider: "azure", BaseModel: "groq/llama-3.1-8b-instant", Usage: tokens}, Cost{Prompt: 50_000_000, Completion: 8_000_000}, nil},
		{"base model of a known one", Call{Model: "gpt-4o-mini", BaseModel: "gpt-4o", Usage: tokens}, Cost{Prompt: 2_500_000_000, Completion: 1_000_000_000}, nil},
		{"size by name", Call{Model: "org/some-70b", Provider: "together_ai", Usage: tokens}, Cost{Prompt: 900_000_000, Completion: 90_000_000}, nil},
		{"region", Call{Model: "anthropic.claude-instant-v1", Provider: "bedrock", Region: "eu-central-1", Usage: tokens}, Cost{Prompt: 2_480_000_000, Completion: 838_000_000}, nil},
		{"search", Call{Model: "claude-sonnet-4-5", Usage: llm.Usage{In: 1000, Out: 100, Searches: 3}}, Cost{Prompt: 3_000_000_000, Completion: 1_500_000_000, Tools: 30_000_000_000}, nil},
		{"half in a batch", Call{Model: "groq/llama-3.1-8b-instant", Usage: llm.Usage{In: 1000, Out: 100, Tier: Batch}}, Cost{Prompt: 25_000_000, Completion: 4_000_000}, nil},
		{"picture", Call{Model: "dall-e-3", Provider: "openai", Size: "1024x1792", Quality: "hd", Usage: llm.Usage{Images: 2}}, Cost{Completion: 239_982_346_240}, nil},
		{"too much to count", Call{Model: "gpt-4o", Usage: llm.Usage{In: math.MaxInt64, Out: math.MaxInt64}}, Cost{Prompt: math.MaxInt64}, nil},
		{"parts larger than the whole", Call{Model: "gpt-4o", Usage: llm.Usage{In: 1000, AudioIn: 5000, Out: 100, Reasoning: 700}}, Cost{Prompt: 2_500_000_000, Completion: 1_000_000_000}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var c Catalogue
			got, err := c.CompletionCost(tc.call)
			if got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("got %+v and error %v, want %+v and %v", got, err, tc.want, tc.err)
			}
		})
	}
}

// TestBilledOnce holds that what was made is charged by its tokens or by the
// piece, never both.
func TestBilledOnce(t *testing.T) {
	prices := Prices{{Unit: In}: 1e6, {Unit: Out}: 1e6, {Unit: PictureOut}: 5e9, {Unit: SecondIn}: 7e9, {Unit: CharacterIn}: 9e6}
	for _, tc := range []struct {
		usage llm.Usage
		want  int64
	}{
		{llm.Usage{In: 1, Out: 1, Images: 1}, 2000},
		{llm.Usage{In: 1, Images: 1}, 1000 + 5_000_000},
		{llm.Usage{Millis: 1000}, 7_000_000},
		{llm.Usage{In: 1, Out: 1, Millis: 1000}, 2000},
		{llm.Usage{Characters: 2}, 18_000},
		{llm.Usage{In: 1, Characters: 2}, 1000},
	} {
		var c Catalogue
		got, err := c.CompletionCost(Call{Model: "m", Usage: tc.usage, Prices: prices})
		if err != nil || got.Total() != tc.want {
			t.Errorf("%+v: got %+v and error %v, want %d in all", tc.usage, got, err, tc.want)
		}
	}
}

// TestThreshold holds that above a threshold of the prompt, cached tokens with
// it, the whole of a request has the other prices.
func TestThreshold(t *testing.T) {
	prices := Prices{{Unit: In}: 1e6, {Unit: In, Above: 100}: 2e6, {Unit: Out}: 3e6, {Unit: Out, Above: 100}: 6e6, {Unit: CacheRead}: 1e5}
	for _, tc := range []struct {
		usage llm.Usage
		want  Cost
	}{
		{llm.Usage{In: 100, Out: 1}, Cost{Prompt: 100_000, Completion: 3_000}},
		{llm.Usage{In: 101, Out: 1}, Cost{Prompt: 202_000, Completion: 6_000}},
		{llm.Usage{In: 60, CacheRead: 41, Out: 1}, Cost{Prompt: 124_100, Completion: 6_000}},
		{llm.Usage{In: 1, Out: 200}, Cost{Prompt: 1_000, Completion: 600_000}},
	} {
		var c Catalogue
		if got, err := c.CompletionCost(Call{Model: "m", Usage: tc.usage, Prices: prices}); err != nil || got != tc.want {
			t.Errorf("%+v: got %+v and error %v, want %+v", tc.usage, got, err, tc.want)
		}
	}
}

// TestRoundedOnce holds that what is less than a pico-dollar is not rounded
// before all of it is added up.
func TestRoundedOnce(t *testing.T) {
	prices := Prices{{Unit: In}: 600, {Unit: Out}: 600, {Unit: SearchMedium}: 600}
	for _, tc := range []struct {
		usage llm.Usage
		want  Cost
	}{
		{llm.Usage{In: 1}, Cost{Prompt: 1}},
		{llm.Usage{In: 1, Out: 1}, Cost{Prompt: 1}},
		{llm.Usage{In: 1, Out: 1, Searches: 1}, Cost{Prompt: 1, Tools: 1}},
		{llm.Usage{In: 2, Out: 2}, Cost{Prompt: 1, Completion: 1}},
	} {
		var c Catalogue
		if got, err := c.CompletionCost(Call{Model: "m", Usage: tc.usage, Prices: prices}); err != nil || got != tc.want {
			t.Errorf("%+v: got %+v and error %v, want %+v", tc.usage, got, err, tc.want)
		}
	}
}
