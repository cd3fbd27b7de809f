package chat

import (
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// UsageObject gives counts as OpenAI does, cached tokens counted as prompt, with
// LiteLLM's members for what OpenAI has no word for.
func UsageObject(u llm.Usage) raw.Object {
	written := u.CacheWrite5m + u.CacheWrite1h
	prompt := Number(raw.Object{}, "cached_tokens", u.CacheRead)
	prompt = some(prompt, "cache_creation_tokens", written)
	prompt = some(prompt, "audio_tokens", u.AudioIn)
	prompt = some(prompt, "image_tokens", u.ImageIn)
	out := Number(raw.Object{}, "reasoning_tokens", u.Reasoning)
	out = some(out, "audio_tokens", u.AudioOut)
	out = some(out, "image_tokens", u.ImageOut)
	o := raw.New(
		raw.Member{Name: "prompt_tokens", Value: number(u.Prompt())},
		raw.Member{Name: "completion_tokens", Value: number(u.Out)},
		raw.Member{Name: "total_tokens", Value: number(u.Prompt() + u.Out)},
		raw.Member{Name: "prompt_tokens_details", Value: prompt.Bytes()},
		raw.Member{Name: "completion_tokens_details", Value: out.Bytes()},
	)
	o = some(o, "cache_read_input_tokens", u.CacheRead)
	return some(o, "cache_creation_input_tokens", written)
}

func some(o raw.Object, name string, n int64) raw.Object {
	if n == 0 {
		return o
	}
	return Number(o, name, n)
}
