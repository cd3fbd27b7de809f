package cohere

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// usage counts what Cohere bills, which is less than what it read: the words it
// puts around a prompt itself are free. Servers that bill nothing say only what
// was read. Counts may be written as 9.0.
// Source: https://docs.cohere.com/docs/how-does-cohere-pricing-work
func usage(v json.RawMessage) llm.Usage {
	type counts struct {
		In  *float64 `json:"input_tokens"`
		Out *float64 `json:"output_tokens"`
	}
	var u struct {
		Billed counts  `json:"billed_units"`
		Tokens counts  `json:"tokens"`
		Cached float64 `json:"cached_tokens"`
	}
	if json.Unmarshal(v, &u) != nil {
		return llm.Usage{}
	}
	c := u.Billed
	if c.In == nil && c.Out == nil {
		c = u.Tokens
	}
	if c.In == nil && c.Out == nil {
		return llm.Usage{}
	}
	in, cached := whole(c.In), whole(&u.Cached)
	cached = min(cached, in)
	return llm.Usage{Known: true, In: in - cached, CacheRead: cached, Out: whole(c.Out)}
}

// whole is a count; nothing, and what no count can be, is 0.
func whole(f *float64) int64 {
	if f == nil || *f < 0 || *f > 1<<53 {
		return 0
	}
	return int64(*f)
}

// logprob is the probability of a piece of text, of one token or several.
type logprob struct {
	Text     string            `json:"text"`
	Tokens   json.RawMessage   `json:"token_ids"`
	Logprobs []json.RawMessage `json:"logprobs"`
}

// logprobs translates a list of them, or the one that a stream's event has.
func logprobs(v json.RawMessage) (json.RawMessage, error) {
	if len(v) == 0 || string(v) == "null" {
		return nil, nil
	}
	var all []logprob
	if v[0] == '{' {
		all = make([]logprob, 1)
		if err := json.Unmarshal(v, &all[0]); err != nil {
			return nil, err
		}
	} else if err := json.Unmarshal(v, &all); err != nil {
		return nil, err
	}
	list := make([]raw.Object, len(all))
	for i, p := range all {
		o := raw.Object{}.WithText("token", p.Text).WithRaw("logprob", p.sum()).
			WithRaw("bytes", json.RawMessage("null")).WithRaw("top_logprobs", json.RawMessage("[]"))
		if len(p.Tokens) > 0 {
			o = o.WithRaw("token_ids", p.Tokens)
		}
		list[i] = o
	}
	o := raw.Object{}.WithRaw("content", raw.List(list)).WithRaw("refusal", json.RawMessage("null"))
	return o.Bytes(), nil
}

// sum is the logarithm of the probability that all of its tokens come.
func (p *logprob) sum() json.RawMessage {
	if len(p.Logprobs) == 1 {
		return p.Logprobs[0]
	}
	var total float64
	for _, v := range p.Logprobs {
		var f float64
		if json.Unmarshal(v, &f) == nil {
			total += f
		}
	}
	b, err := json.Marshal(total)
	if err != nil {
		return json.RawMessage("0") // beyond what a number can say
	}
	return b
}
