package openai

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// usage reads OpenAI's usage object, whose prompt_tokens include cached ones.
// Null counts as absent. tier is what the reply says it was served as.
//
// Vendors differ in two ways. Some put the details beside the totals:
// reasoning_tokens and num_search_queries (Perplexity,
// https://docs.perplexity.ai/api-reference/chat-completions-post), cached_tokens
// (Moonshot, StepFun). And some leave reasoning out of completion_tokens (xAI,
// whose total then has it, and Perplexity), though it is charged.
func usage(v json.RawMessage, tier string) llm.Usage {
	u, err := raw.Parse(v)
	if err != nil {
		return llm.Usage{}
	}
	prompt, hasPrompt := count(u, "prompt_tokens")
	out, hasOut := count(u, "completion_tokens")
	if !hasPrompt && !hasOut {
		return llm.Usage{}
	}
	in, made := part(u, "prompt_tokens_details"), part(u, "completion_tokens_details")
	cached := either(in, u, "cached_tokens")
	reasoning := either(made, u, "reasoning_tokens")
	if total, _ := count(u, "total_tokens"); reasoning > out || reasoning > 0 && total == prompt+out+reasoning {
		out += reasoning
	}
	audioIn, _ := count(in, "audio_tokens")
	imageIn, _ := count(in, "image_tokens")
	audioOut, _ := count(made, "audio_tokens")
	searches, _ := count(u, "num_search_queries")
	return llm.Usage{
		Known: true, In: prompt - cached, CacheRead: cached, AudioIn: audioIn, ImageIn: imageIn,
		Out: out, Reasoning: reasoning, AudioOut: audioOut, Searches: searches, Tier: tier,
	}
}

// tier is the service_tier of a reply, if it has a price of its own.
func tier(body raw.Object) string {
	switch tier, _ := body.Text("service_tier"); tier {
	case "batch", "flex", "priority":
		return tier
	}
	return ""
}

// either is a count among the details or, as some vendors have it, beside them.
func either(details, u raw.Object, name string) int64 {
	if n, ok := count(details, name); ok {
		return n
	}
	n, _ := count(u, name)
	return n
}

func count(o raw.Object, name string) (n int64, ok bool) {
	v, ok := o.Raw(name)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	return n, err == nil
}

func part(o raw.Object, name string) raw.Object {
	if !o.Has(name) {
		return raw.Object{}
	}
	v, _ := o.Raw(name)
	p, err := raw.Parse(v)
	if err != nil {
		return raw.Object{} // nothing that counts
	}
	return p
}
