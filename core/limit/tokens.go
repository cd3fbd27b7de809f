package limit

import "github.com/tollgate-llm/tollgate/core/llm"

// Tokens says which tokens a TPM counts: LiteLLM's token_rate_limit_type. As
// there, what is unknown counts as TotalTokens.
type Tokens string

// The kinds. Prompt tokens that came from a provider's cache are never counted,
// because providers leave them out of their own limits.
const (
	TotalTokens  Tokens = "total"
	InputTokens  Tokens = "input"
	OutputTokens Tokens = "output"
)

// most is more tokens than any limit, and few enough to be added up.
const most = 1 << 50

// reserved is what a request takes of a minute before it is sent: at least one
// token, so that a full minute lets nothing through.
func (t Tokens) reserved(r Request, strict bool) int64 {
	output := r.MaxTokens
	if output == 0 && strict {
		output = r.Bound
	}
	return max(1, t.of(r.Prompt, output))
}

// used is what a request has taken when it is over.
func (t Tokens) used(u llm.Usage) int64 { return t.of(u.Prompt()-u.CacheRead, u.Out) }

func (t Tokens) of(input, output int64) int64 {
	input, output = min(max(input, 0), most), min(max(output, 0), most)
	switch t {
	case InputTokens:
		return input
	case OutputTokens:
		return output
	default:
		return input + output
	}
}
