// Package usage reads what OpenAI's API and those like it say was used.
package usage

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Of reads the usage object of a chat, whose prompt_tokens include cached ones.
// Null counts as absent. tier is what the reply says it was served as.
//
// Vendors differ in two ways. Some put the details beside the totals:
// reasoning_tokens and num_search_queries (Perplexity,
// https://docs.perplexity.ai/api-reference/chat-completions-post), cached_tokens
// (Moonshot, StepFun). And some leave reasoning out of completion_tokens (xAI,
// whose total then has it, and Perplexity), though it is charged.
func Of(v json.RawMessage, tier string) llm.Usage {
	u, err := raw.Parse(v)
	if err != nil {
		return llm.Usage{}
	}
	prompt, hasPrompt := Count(u, "prompt_tokens")
	out, hasOut := Count(u, "completion_tokens")
	if !hasPrompt && !hasOut {
		return llm.Usage{}
	}
	in, made := chat.Member(u, "prompt_tokens_details"), chat.Member(u, "completion_tokens_details")
	cached := either(in, u, "cached_tokens")
	reasoning := either(made, u, "reasoning_tokens")
	if total, _ := Count(u, "total_tokens"); reasoning > out || reasoning > 0 && total == prompt+out+reasoning {
		out += reasoning
	}
	audioIn, _ := Count(in, "audio_tokens")
	imageIn, _ := Count(in, "image_tokens")
	audioOut, _ := Count(made, "audio_tokens")
	searches, _ := Count(u, "num_search_queries")
	return llm.Usage{
		Known: true, In: prompt - cached, CacheRead: cached, AudioIn: audioIn, ImageIn: imageIn,
		Out: out, Reasoning: reasoning, AudioOut: audioOut, Searches: searches, Tier: tier,
	}
}

// Tier is the service_tier of a reply, if it has a price of its own.
func Tier(body raw.Object) string {
	switch tier, _ := body.Text("service_tier"); tier {
	case "batch", "flex", "priority":
		return tier
	}
	return ""
}

// either is a count among the details or, as some vendors have it, beside them.
func either(details, u raw.Object, name string) int64 {
	if n, ok := Count(details, name); ok {
		return n
	}
	n, _ := Count(u, name)
	return n
}

// Count is a member that is a whole number.
func Count(o raw.Object, name string) (n int64, ok bool) {
	v, ok := o.Raw(name)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	return n, err == nil
}
