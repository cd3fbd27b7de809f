// Package embed reads OpenAI's embeddings requests and Cohere's rerank
// requests and writes their replies, for the dialects that say them in other
// words, so that each dialect holds only what is its vendor's own. It knows no
// vendor. Vectors and scores keep their bytes.
//
// Source: https://platform.openai.com/docs/api-reference/embeddings and
// https://docs.cohere.com/reference/rerank
package embed

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Request is an embeddings request under translation. The input and the
// encoding are taken; the dialect takes what else it has words for.
type Request struct {
	*chat.Request
	Inputs []json.RawMessage // at least one: a text, a list of tokens, or a vendor's own object
}

// Read starts a translation.
func Read(call *llm.Call) (*Request, error) {
	r := &Request{Request: chat.Read(call)}
	v, _, err := r.Take("input")
	if err != nil {
		return nil, err
	}
	if r.Inputs = inputs(v); len(r.Inputs) == 0 {
		return nil, chat.Invalid("input", "a text or a list of texts is needed")
	}
	for _, in := range r.Inputs {
		if !chat.IsText(in) && in[0] != '[' && in[0] != '{' {
			return nil, chat.Invalid("input", "%s is no text", in)
		}
	}
	_, asked, err := r.Take("encoding_format")
	if format, _ := r.In.Text("encoding_format"); asked && format != "float" && format != "base64" {
		return nil, chat.Invalid("encoding_format", "float or base64 is needed")
	}
	return r, err
}

// inputs are what wants a vector each. A list of numbers is one: its tokens.
func inputs(v json.RawMessage) []json.RawMessage {
	var all []json.RawMessage
	if len(v) == 0 {
		return nil
	}
	if v[0] != '[' {
		return []json.RawMessage{v}
	}
	for _, item := range raw.Items(v) {
		if len(all) == 0 && isNumber(item) {
			return []json.RawMessage{v}
		}
		all = append(all, item)
	}
	return all
}

// Texts are the inputs as JSON strings, for a vendor that takes nothing else.
func (r *Request) Texts() ([]json.RawMessage, error) {
	for _, in := range r.Inputs {
		switch in[0] {
		case '[':
			return nil, r.Unsupported("input", "tokens as input; send texts")
		case '{':
			return nil, r.Unsupported("input", "inputs that are objects; send texts")
		}
	}
	return r.Inputs, nil
}

// Text is the only input, for a vendor that takes one at a time.
func (r *Request) Text() (json.RawMessage, error) {
	all, err := r.Texts()
	if err == nil && len(all) > 1 {
		err = r.Unsupported("input", "more than one input at a time")
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Packed reports whether vectors are to be in base64: float32 in little-endian
// order, as OpenAI's own clients ask for.
func Packed(call *llm.Call) bool {
	format, _ := call.Body.Text("encoding_format")
	return format == "base64"
}

// Codec is an embeddings codec. Of a vendor that takes so many inputs at most,
// each call is cut into as many as it needs; most is nil when any number will
// do.
func Codec(encode func(*llm.Call) (*wire.Request, error), decode func(*llm.Call, *wire.Response) (*llm.Reply, error), most func(*llm.Call) int) wire.Codec {
	c := wire.Codec{Encode: encode, Decode: decode}
	if most != nil {
		c.Split = func(call *llm.Call) []*llm.Call { return Split(call, most(call)) }
		c.Join = Join
	}
	return c
}

// AtMost is a limit that is the same for every model.
func AtMost(n int) func(*llm.Call) int { return func(*llm.Call) int { return n } }
