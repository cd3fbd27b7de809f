// Package vectors is the embeddings of Amazon's own models at Bedrock: Titan's,
// of one text, and Nova's, of one input of any kind; and Bedrock's Rerank.
//
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html,
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html and
// https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
package vectors

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
)

// Titan writes the request of a Titan model: of the first version, which has
// one size of vectors, of the second, or of the one for pictures too.
func Titan(call *llm.Call, sizes, pictures bool) (raw.Object, error) {
	r, err := embed.Read(call)
	if err != nil {
		return raw.Object{}, err
	}
	text, err := r.Text()
	if err != nil {
		return raw.Object{}, err
	}
	out := raw.Object{}.WithRaw("inputText", text)
	switch {
	case pictures:
		if size := r.Move(raw.Object{}, "dimensions", "outputEmbeddingLength"); size.Len() > 0 {
			out = out.WithRaw("embeddingConfig", size.Bytes())
		}
	case sizes:
		out = r.Move(out, "dimensions", "dimensions")
	}
	rest, err := r.Rest()
	return out.Merged(rest), err
}

// Nova writes the request of a Nova model, which wants to be told what for and
// how long. A caller says in Nova's words, as members of
// singleEmbeddingParams, what OpenAI has none for.
func Nova(call *llm.Call) (raw.Object, error) {
	r, err := embed.Read(call)
	if err != nil {
		return raw.Object{}, err
	}
	params := raw.Object{}.WithText("embeddingPurpose", "GENERIC_INDEX").WithRaw("embeddingDimension", json.RawMessage("3072"))
	purpose, err := r.Purpose(map[string]string{
		"query": "GENERIC_RETRIEVAL", "document": "GENERIC_INDEX", "classification": "CLASSIFICATION", "clustering": "CLUSTERING",
	})
	if err != nil {
		return raw.Object{}, err
	}
	if purpose != "" {
		params = params.WithText("embeddingPurpose", purpose)
	}
	params = r.Move(params, "dimensions", "embeddingDimension")
	if in := r.Inputs[0]; len(r.Inputs) == 1 && in[0] == '{' { // {"image": {...}}
		own, err := chat.Parse("input", in)
		if err != nil {
			return raw.Object{}, err
		}
		params = params.Merged(own)
	} else {
		text, err := r.Text()
		if err != nil {
			return raw.Object{}, err
		}
		o := raw.Object{}.WithText("truncationMode", "END").WithRaw("value", text)
		params = params.WithRaw("text", o.Bytes())
	}
	rest, err := r.Rest()
	if err != nil {
		return raw.Object{}, err
	}
	return raw.Object{}.WithText("schemaVersion", "nova-multimodal-embed-v1").WithText("taskType", "SINGLE_EMBEDDING").
		WithRaw("singleEmbeddingParams", params.Merged(rest).Bytes()), nil
}

// Answer reads what a model of either family answers.
func Answer(body raw.Object) embed.Answer {
	a := embed.Answer{Usage: embed.Tokens(body, "inputTextTokenCount")}
	if v, ok := body.Raw("embedding"); ok {
		a.Vectors = []json.RawMessage{v}
	} else if types := chat.Member(body, "embeddingsByType"); types.Len() > 0 { // version 2, asked for embeddingTypes
		for _, v := range types.All() {
			a.Vectors = []json.RawMessage{v}
			break
		}
	}
	v, _ := body.Raw("embeddings")
	for _, item := range raw.Items(v) {
		o, err := raw.Parse(item)
		if err != nil {
			o = raw.Object{} // embed.Reply says that it has no vector
		}
		vector, _ := o.Raw("embedding")
		a.Vectors = append(a.Vectors, vector)
	}
	return a
}
