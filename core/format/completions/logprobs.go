package completions

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// token is one of chat's, with the bytes it stands for: a character may need
// several tokens.
type token struct {
	Token   json.RawMessage `json:"token"`
	Logprob json.RawMessage `json:"logprob"`
	Bytes   []int           `json:"bytes"`
	Top     []token         `json:"top_logprobs"`
}

// characters are those that begin in the token.
func (t token) characters() (n int) {
	if t.Bytes == nil {
		var s string
		_ = json.Unmarshal(t.Token, &s) // what is no text has no characters
		return utf8.RuneCountInString(s)
	}
	for _, b := range t.Bytes {
		if utf8.RuneStart(byte(b)) {
			n++
		}
	}
	return n
}

// logprobs writes chat's logprobs of a piece of text as four lists. at is where
// the piece begins, in characters, and moves to its end. The offsets count from
// the prompt's beginning, whether or not it is echoed, as in OpenAI's own
// replies: https://github.com/abetlen/llama-cpp-python/issues/2
func logprobs(v json.RawMessage, at *int) (json.RawMessage, error) {
	var in struct {
		Content []token `json:"content"`
	}
	if len(v) == 0 || string(v) == "null" {
		return json.RawMessage("null"), nil
	}
	if err := json.Unmarshal(v, &in); err != nil {
		return nil, err
	}
	out := struct {
		Tokens   []json.RawMessage `json:"tokens"`
		Logprobs []json.RawMessage `json:"token_logprobs"`
		Top      []raw.Object      `json:"top_logprobs"`
		Offsets  []int             `json:"text_offset"`
	}{Tokens: []json.RawMessage{}, Logprobs: []json.RawMessage{}, Offsets: []int{}}
	for _, t := range in.Content {
		out.Tokens = append(out.Tokens, text(t.Token))
		out.Logprobs = append(out.Logprobs, likelihood(t))
		out.Offsets = append(out.Offsets, *at)
		*at += t.characters()
		if len(t.Top) > 0 {
			out.Top = append(out.Top, likeliest(t))
		}
	}
	if len(out.Top) != len(out.Tokens) {
		out.Top = nil // none were asked for
	}
	return json.Marshal(out)
}

// likeliest are the tokens that could have stood there, the one that does
// included.
func likeliest(t token) raw.Object {
	o := raw.Object{}
	for _, other := range append(t.Top, t) {
		var name string
		if json.Unmarshal(other.Token, &name) == nil {
			o = o.WithRaw(name, likelihood(other))
		}
	}
	return o
}

func likelihood(t token) json.RawMessage {
	if len(t.Logprob) == 0 {
		return json.RawMessage("null")
	}
	return t.Logprob
}

// text is a JSON string, "" for what is none.
func text(v json.RawMessage) json.RawMessage {
	if len(v) < 2 || v[0] != '"' {
		return json.RawMessage(`""`)
	}
	return v
}
