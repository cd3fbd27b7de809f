package completions

import (
	"encoding/json"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// MaxPrompts is the most prompts that one request may have: as many as OpenAI
// takes in any list of inputs.
const MaxPrompts = 2048

// Split gives a body for each of the prompts. Each has its prompt as it was: a
// text, or tokens, which only a model that completes can read. Errors are
// *llm.Error.
func Split(body raw.Object) ([]raw.Object, error) {
	all, err := prompts(body)
	if err != nil {
		return nil, err
	}
	bodies := make([]raw.Object, len(all))
	for i, prompt := range all {
		bodies[i] = body.WithRaw("prompt", prompt)
	}
	return bodies, nil
}

// prompts are a body's: JSON strings, or lists of numbers. There is at least
// one.
func prompts(body raw.Object) ([]json.RawMessage, error) {
	v, _ := body.Raw("prompt")
	switch {
	case !body.Has("prompt"):
		return nil, invalid("prompt", "a prompt is needed")
	case v[0] == '"':
		return []json.RawMessage{v}, nil
	case v[0] != '[':
		return nil, invalid("prompt", "a text or a list is needed")
	}
	if err := raw.Strict(v); err != nil {
		return nil, invalid("prompt", err.Error())
	}
	var all []json.RawMessage
	var kind byte
	for i, item := range raw.Items(v) {
		is := kindOf(item)
		if i == 0 {
			kind = is
		}
		if is != kind || is == 0 {
			return nil, invalid("prompt", "a list of texts, of tokens or of lists of tokens is needed")
		}
		all = append(all, item)
	}
	switch {
	case len(all) == 0:
		return nil, invalid("prompt", "the list is empty")
	case kind == '0': // the tokens of one prompt
		return []json.RawMessage{v}, nil
	case len(all) > MaxPrompts:
		return nil, invalid("prompt", fmt.Sprintf("%d prompts are more than %d", len(all), MaxPrompts))
	}
	return all, nil
}

// kindOf tells what may be in a list of prompts: a text by its quote, a list of
// tokens by its bracket, a token as '0'; 0 for anything else.
func kindOf(v json.RawMessage) byte {
	switch v[0] {
	case '"':
		return v[0]
	case '[':
		n := 0
		for _, item := range raw.Items(v) {
			if kindOf(item) != '0' {
				return 0
			}
			n++
		}
		if n == 0 {
			return 0
		}
		return v[0]
	}
	var token uint32
	if json.Unmarshal(v, &token) == nil && string(v) != "null" {
		return '0'
	}
	return 0
}

// choicesOf is how many completions each prompt was to get.
func choicesOf(call *llm.Call) int {
	n, err := number(call.Body, "n")
	if err != nil {
		return 1
	}
	return max(n, 1)
}
