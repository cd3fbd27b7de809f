package spend

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// calculate answers POST /spend/calculate: what the prompt of messages costs
// with a model, or what a completion_response did.
func (h *Handler) calculate(q *asked) (any, error) {
	body, err := web.Object(q.Request)
	if err != nil {
		return nil, err
	}
	model, named := body.Text("model")
	var u llm.Usage
	switch {
	case named:
		messages, ok := body.Raw("messages")
		if !ok {
			return nil, bad("messages", "Bad Request - messages must be provided if 'model' is provided")
		}
		if u.In, err = h.Count(model, messages); err != nil {
			return nil, err
		}
	case body.Has("completion_response"):
		if model, u, err = usedBy(body); err != nil {
			return nil, err
		}
	default:
		return nil, bad("model", "Bad Request - Either 'model' or 'completion_response' must be provided")
	}
	pico, ok := h.Cost(model, u)
	if !ok {
		return nil, missing("model", "This model isn't mapped yet. model=%.100s", model)
	}
	return map[string]any{"cost": dollars(pico)}, nil
}

// usedBy reads a chat completion's model, and the tokens that it counts.
func usedBy(body raw.Object) (string, llm.Usage, error) {
	v, _ := body.Raw("completion_response")
	var c struct {
		Model string `json:"model"`
		Usage struct {
			In      int64 `json:"prompt_tokens"`
			Out     int64 `json:"completion_tokens"`
			Details struct {
				Cached int64 `json:"cached_tokens"`
			} `json:"prompt_tokens_details"`
		} `json:"usage"`
	}
	if err := json.Unmarshal(v, &c); err != nil || c.Model == "" {
		return "", llm.Usage{}, bad("completion_response", "completion_response is a chat completion with a model and a usage")
	}
	in, out, cached := c.Usage.In, c.Usage.Out, c.Usage.Details.Cached
	if in < 0 || out < 0 || cached < 0 || cached > in {
		return "", llm.Usage{}, bad("completion_response", "usage: %d prompt, %d cached and %d completion tokens cannot be", in, cached, out)
	}
	return c.Model, llm.Usage{Known: true, In: in - cached, CacheRead: cached, Out: out}, nil
}
