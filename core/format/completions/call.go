// Package completions leads OpenAI's legacy completions to chat and back, for
// models that only chat: the prompt is what a user says, and what the model
// answers is the text that follows it.
//
// What cannot be meant of a chat is refused and never guessed: a suffix, prompts
// in tokens, the probabilities of a prompt. So is what only a chat has: messages,
// tools, an effort to reason, for a completion cannot tell what comes of them.
// Texts keep their bytes.
//
// Source: https://platform.openai.com/docs/api-reference/completions
package completions

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Call says a completion as a chat. It takes one prompt, alone or in a list;
// Split takes longer lists apart. Errors are *llm.Error.
func Call(call *llm.Call) (*llm.Call, error) {
	prompt, err := one(call.Body)
	if err != nil {
		return nil, err
	}
	body, err := refuse(call)
	if err != nil {
		return nil, err
	}
	if body, err = probabilities(body); err != nil {
		return nil, err
	}
	said := raw.Object{}.WithText("role", "user").WithRaw("content", prompt)
	body = limit(body.Without("prompt", "echo", "best_of"), call.To).WithList("messages", []raw.Object{said})
	c := *call
	c.Format, c.Body, c.Options.IncludeUsage = llm.OpenAI, body, true
	return &c, nil
}

// limit says how long an answer may be in chat's newer word, the only one that
// OpenAI's models that reason take. Where neither the caller nor the deployment
// says, it is OpenAI's default.
func limit(body raw.Object, to *llm.Deployment) raw.Object {
	const older, newer = "max_tokens", "max_completion_tokens"
	switch own, _ := body.Raw(older); {
	case body.Has(newer):
		return body.Without(older)
	case body.Has(older):
		return body.Without(older).WithRaw(newer, own)
	case to != nil && (to.Params.Has(older) || to.Params.Has(newer)):
		return body.Without(older)
	}
	return body.Without(older).WithRaw(newer, json.RawMessage("16"))
}

// one is the one prompt of a body: a JSON string.
func one(body raw.Object) (json.RawMessage, error) {
	all, err := prompts(body)
	switch {
	case err != nil:
		return nil, err
	case len(all) > 1:
		return nil, invalid("prompt", "several prompts are answered one by one, not as one chat")
	case all[0][0] != '"':
		return nil, invalid("prompt", "a chat model takes texts, not tokens")
	}
	return all[0], nil
}

// refuse leaves out what a chat cannot do, where the caller agrees to that.
func refuse(call *llm.Call) (raw.Object, error) {
	body := call.Body
	echo, err := echoes(body)
	if err != nil {
		return body, err
	}
	best, err := number(body, "best_of")
	if err != nil {
		return body, err
	}
	n, err := number(body, "n")
	if err != nil {
		return body, err
	}
	suffix, _ := body.Raw("suffix")
	effort, _ := body.Text("reasoning_effort")
	for _, m := range []struct {
		name string
		lost bool
		why  string
	}{
		{"suffix", body.Has("suffix") && string(suffix) != `""`, "a chat model does not write up to a suffix"},
		{"best_of", best > max(n, 1), "a chat model does not choose the best of its answers"},
		{"logprobs", echo && body.Has("logprobs"), "a chat model does not tell the probabilities of an echoed prompt"},
		{"messages", body.Has("messages"), "a completion has a prompt, and no messages"},
		{"reasoning_effort", body.Has("reasoning_effort") && effort != "none", "a completion does not show what a model thinks"},
		{"tools", body.Has("tools"), "a completion has no tools"},
		{"functions", body.Has("functions"), "a completion has no functions"},
	} {
		if !m.lost && m.name != "suffix" {
			continue
		}
		if drop := call.Options.DropParams; m.lost && (drop == nil || !*drop) {
			return body, &llm.Error{
				Class: llm.UnsupportedParamsError, Param: m.name,
				Message: m.why + "; set drop_params to leave out " + m.name,
			}
		}
		body = body.Without(m.name)
	}
	return body, nil
}

// probabilities turns how many of the likeliest tokens are wanted into chat's
// words.
func probabilities(body raw.Object) (raw.Object, error) {
	if !body.Has("logprobs") {
		return body.Without("logprobs"), nil
	}
	n, err := number(body, "logprobs")
	if err != nil {
		return body, err
	}
	body = body.WithRaw("logprobs", json.RawMessage("true"))
	if n > 0 {
		body = body.WithRaw("top_logprobs", json.RawMessage(strconv.Itoa(n)))
	}
	return body, nil
}

func echoes(body raw.Object) (bool, error) {
	switch v, _ := body.Raw("echo"); string(v) {
	case "true":
		return true, nil
	case "", "null", "false":
		return false, nil
	}
	return false, invalid("echo", "true or false is needed")
}

// number is a member that counts; 0 when it is absent.
func number(body raw.Object, name string) (int, error) {
	if !body.Has(name) {
		return 0, nil
	}
	v, _ := body.Raw(name)
	n, err := strconv.Atoi(strings.TrimSpace(string(v)))
	if err != nil || n < 0 {
		return 0, invalid(name, "a whole number from 0 up is needed")
	}
	return n, nil
}

func invalid(param, why string) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: param + ": " + why}
}
