// Package vectors is Cohere's embeddings, version 2, as Cohere and Amazon
// Bedrock both serve them: one kind of input in a request, and vectors by the
// type of their numbers.
//
// Source: https://docs.cohere.com/reference/embed and
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html
package vectors

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Codec returns the format at Cohere's own address.
func Codec() wire.Codec { return embed.Codec(encode, decode, Most) }

// Most is how many inputs fit in a request: 96, of pictures one.
func Most(call *llm.Call) int {
	if v, _ := call.Body.Raw("input"); bytes.Contains(v, []byte(`"data:image`)) {
		return 1
	}
	return 96
}

func encode(call *llm.Call) (*wire.Request, error) {
	body, err := Body(call)
	if err != nil {
		return nil, err
	}
	if embed.Packed(call) && !call.Body.Has(types) {
		body = body.WithRaw(types, json.RawMessage(`["base64"]`))
	}
	body = raw.Object{}.WithText("model", call.To.Model).Merged(body)
	return &wire.Request{Path: "/v2/embed", Body: body.Bytes(), Header: http.Header{}}, nil
}

const types = "embedding_types"

// Body is a request without the model's name, for vectors of floats unless the
// caller wants others. Models from version 3 on must be told what the vectors
// are for; unless the caller tells, they are for documents, as LiteLLM has it.
func Body(call *llm.Call) (raw.Object, error) {
	r, err := embed.Read(call)
	if err != nil {
		return raw.Object{}, err
	}
	kind := kindOf(r.Inputs[0])
	for _, in := range r.Inputs {
		if kindOf(in) != kind {
			return raw.Object{}, r.Unsupported("input", "texts, pictures and objects in one request")
		}
	}
	if kind == "" {
		_, err := r.Texts()
		return raw.Object{}, err
	}
	out := raw.Object{}.WithRaw(kind, embed.List(r.Inputs))
	purpose, err := r.Purpose(map[string]string{
		"query": "search_query", "document": "search_document", "classification": "classification", "clustering": "clustering",
	})
	switch {
	case err != nil:
		return out, err
	case purpose == "" && kind == "images":
		purpose = "image"
	case purpose == "":
		purpose = "search_document"
	}
	out = out.WithText("input_type", purpose).WithRaw(types, json.RawMessage(`["float"]`))
	out = r.Move(r.Move(out, types, types), "dimensions", "output_dimension")
	rest, err := r.Rest()
	return out.Merged(rest), err
}

// kindOf is the member for an input; "" when there is none, as of tokens.
func kindOf(in json.RawMessage) string {
	switch {
	case bytes.HasPrefix(in, []byte(`"data:image`)):
		return "images"
	case chat.IsText(in):
		return "texts"
	case in[0] == '{':
		return "inputs"
	}
	return ""
}
