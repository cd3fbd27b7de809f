package answer

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// counts is Anthropic's usage object. In a stream it comes twice, the second
// time with what is known only then; null and absent leave the first alone.
type counts struct {
	Input    *int64          `json:"input_tokens"`
	Output   *int64          `json:"output_tokens"`
	Read     *int64          `json:"cache_read_input_tokens"`
	Written  *int64          `json:"cache_creation_input_tokens"`
	Creation *creation       `json:"cache_creation"`
	Details  *details        `json:"output_tokens_details"`
	Server   json.RawMessage `json:"server_tool_use"`
	Tier     string          `json:"service_tier"`
}

type creation struct {
	Hour int64 `json:"ephemeral_1h_input_tokens"`
	Five int64 `json:"ephemeral_5m_input_tokens"`
}

type details struct {
	Thinking int64 `json:"thinking_tokens"`
}

// merge adds what a later report knows.
func (c *counts) merge(v json.RawMessage) error {
	if len(v) == 0 {
		return nil
	}
	var later counts
	if err := json.Unmarshal(v, &later); err != nil {
		return err
	}
	replace(&c.Input, later.Input)
	replace(&c.Output, later.Output)
	replace(&c.Read, later.Read)
	replace(&c.Written, later.Written)
	replace(&c.Creation, later.Creation)
	replace(&c.Details, later.Details)
	if later.Server != nil {
		c.Server = later.Server
	}
	if later.Tier != "" {
		c.Tier = later.Tier
	}
	return nil
}

func replace[T any](old **T, later *T) {
	if later != nil {
		*old = later
	}
}

func count(n *int64) int64 {
	if n == nil || *n < 0 {
		return 0
	}
	return *n
}

// usage gives the counts disjoint. What the cache holds for an hour costs
// more, so the two kinds are told apart; a total without them is the usual
// five minutes.
func (c *counts) usage() llm.Usage {
	u := llm.Usage{
		Known: c.Input != nil || c.Output != nil,
		In:    count(c.Input), CacheRead: count(c.Read), CacheWrite5m: count(c.Written), Out: count(c.Output),
	}
	if c.Creation != nil {
		u.CacheWrite1h = max(0, c.Creation.Hour)
		u.CacheWrite5m = max(0, c.Creation.Five, u.CacheWrite5m-u.CacheWrite1h)
	}
	if c.Details != nil {
		u.Reasoning = max(0, c.Details.Thinking)
	}
	if c.Tier == "priority" || c.Tier == "batch" {
		u.Tier = c.Tier
	}
	var server struct {
		Searches int64 `json:"web_search_requests"`
	}
	if json.Unmarshal(c.Server, &server) == nil {
		u.Searches = max(0, server.Searches)
	}
	return u
}

// object gives the counts as OpenAI does, cached tokens counted as prompt,
// with LiteLLM's members for what OpenAI has no word for.
func (c *counts) object() raw.Object {
	u := c.usage()
	written := u.CacheWrite5m + u.CacheWrite1h
	prompt := chat.Number(chat.Number(raw.Object{}, "cached_tokens", u.CacheRead), "cache_creation_tokens", written)
	if c.Creation != nil {
		detail := chat.Number(chat.Number(raw.Object{}, "ephemeral_5m_input_tokens", u.CacheWrite5m), "ephemeral_1h_input_tokens", u.CacheWrite1h)
		prompt = prompt.WithRaw("cache_creation_token_details", detail.Bytes())
	}
	o := chat.Number(raw.Object{}, "prompt_tokens", u.Prompt())
	o = chat.Number(o, "completion_tokens", u.Out)
	o = chat.Number(o, "total_tokens", u.Prompt()+u.Out)
	o = o.WithRaw("prompt_tokens_details", prompt.Bytes())
	if c.Details != nil {
		detail := chat.Number(chat.Number(raw.Object{}, "reasoning_tokens", u.Reasoning), "text_tokens", max(0, u.Out-u.Reasoning))
		o = o.WithRaw("completion_tokens_details", detail.Bytes())
	}
	o = chat.Number(o, "cache_read_input_tokens", u.CacheRead)
	o = chat.Number(o, "cache_creation_input_tokens", written)
	if len(c.Server) > 0 && string(c.Server) != "null" {
		o = o.WithRaw("server_tool_use", c.Server)
	}
	return o
}

// tier is OpenAI's word for how a request was served; "" when it has none.
func (c *counts) tier() string {
	return map[string]string{"standard": "default", "priority": "priority"}[c.Tier]
}
