// Package utils answers what clients ask about requests before they send them:
// how many tokens they have, and what the models they name cost and can do.
package utils

import (
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Counter counts a model's tokens.
type Counter interface {
	Text(texts ...string) int
	// Messages counts a conversation in OpenAI's words, with its tools.
	Messages(messages, tools, toolChoice []byte) (int, error)
}

// Count counts the tokens of requests. All fields are required.
type Count struct {
	Tokens func(model string) Counter
	// Find gives the first deployment of the model that a caller names.
	Find func(name string) (*llm.Deployment, error)
	// Bridges say a request of another format in OpenAI's words.
	Bridges map[llm.Format]func(*llm.Call) (*llm.Call, error)
}

// Of counts a call's prompt, whatever its format.
func (c *Count) Of(call *llm.Call) (int, error) {
	to, err := c.find(call.Model, call.Caller)
	if err != nil {
		return 0, err
	}
	return c.At(call, to)
}

// At counts the prompt of a call that a deployment gets.
func (c *Count) At(call *llm.Call, to *llm.Deployment) (int, error) {
	asked := *call
	asked.To = to
	if bridge := c.Bridges[call.Format]; bridge != nil {
		said, err := bridge(&asked)
		if err != nil {
			return 0, err
		}
		asked = *said
	}
	messages, _ := asked.Body.Raw("messages")
	tools, _ := asked.Body.Raw("tools")
	choice, _ := asked.Body.Raw("tool_choice")
	n, err := c.Tokens(to.Model).Messages(messages, tools, choice)
	if err != nil {
		return 0, &llm.Error{Class: llm.BadRequestError, Param: "messages", Message: err.Error()}
	}
	return n, nil
}

// find is the first deployment of a model that the caller may use.
func (c *Count) find(model string, caller *llm.Caller) (*llm.Deployment, error) {
	to, err := c.Find(model)
	if err != nil {
		return nil, err
	}
	return to, caller.May(to.Group)
}

// Messages answers POST /v1/messages/count_tokens in Anthropic's words.
// Source: https://platform.claude.com/docs/en/api/messages-count-tokens
func (c *Count) Messages(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	model, _ := body.Text("model")
	n, err := c.Of(&llm.Call{Op: llm.Chat, Format: llm.Messages, Body: body, Model: model, Caller: caller, Record: web.Record(r.Context())})
	if err != nil {
		return err
	}
	return w.Value(map[string]int{"input_tokens": n})
}

// TokenCounter answers LiteLLM's POST /utils/token_counter: {"model", and
// "prompt" or "messages"}.
func (c *Count) TokenCounter(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	model, _ := body.Text("model")
	to, err := c.find(model, caller)
	if err != nil {
		return err
	}
	var n int
	switch {
	case body.Has("messages"):
		n, err = c.Of(&llm.Call{Op: llm.Chat, Format: llm.OpenAI, Body: body, Model: model, Caller: caller, Record: web.Record(r.Context())})
	case body.Has("prompt"):
		n, err = c.prompt(to, body.Raw)
	default:
		err = &llm.Error{Class: llm.BadRequestError, Param: "messages", Message: "prompt or messages is required"}
	}
	if err != nil {
		return err
	}
	return w.Value(struct {
		Total int    `json:"total_tokens"`
		Asked string `json:"request_model"`
		Used  string `json:"model_used"`
		Kind  string `json:"tokenizer_type"`
	}{n, model, to.Model, "openai_tokenizer"})
}

func (c *Count) prompt(to *llm.Deployment, raw func(string) (json.RawMessage, bool)) (int, error) {
	v, _ := raw("prompt")
	var one string
	if json.Unmarshal(v, &one) == nil {
		return c.Tokens(to.Model).Text(one), nil
	}
	var all []string
	if json.Unmarshal(v, &all) != nil {
		return 0, &llm.Error{Class: llm.BadRequestError, Param: "prompt", Message: "prompt must be a text or a list of texts"}
	}
	return c.Tokens(to.Model).Text(all...), nil
}
