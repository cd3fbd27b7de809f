package messages

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// usageOf gives counts as Anthropic does, cached tokens apart from the others.
// What nobody counted is zero: the members are required.
func usageOf(u llm.Usage) raw.Object {
	o := number(raw.Object{}, "input_tokens", u.In)
	o = number(o, "cache_creation_input_tokens", u.CacheWrite5m+u.CacheWrite1h)
	o = number(o, "cache_read_input_tokens", u.CacheRead)
	o = number(o, "output_tokens", u.Out)
	if u.CacheWrite5m+u.CacheWrite1h > 0 {
		by := number(raw.Object{}, "ephemeral_5m_input_tokens", u.CacheWrite5m)
		o = o.WithRaw("cache_creation", number(by, "ephemeral_1h_input_tokens", u.CacheWrite1h).Bytes())
	}
	if u.Reasoning > 0 {
		o = o.WithRaw("output_tokens_details", number(raw.Object{}, "thinking_tokens", u.Reasoning).Bytes())
	}
	if u.Searches > 0 {
		by := number(raw.Object{}, "web_search_requests", u.Searches)
		o = o.WithRaw("server_tool_use", number(by, "web_fetch_requests", 0).Bytes())
	}
	return o
}

func number(o raw.Object, name string, n int64) raw.Object {
	return o.WithRaw(name, json.RawMessage(strconv.FormatInt(n, 10)))
}
