// Package vectors is Google AI Studio's embeddings: a request of several, each
// with its own content, model and purpose.
//
// Source: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
package vectors

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Most is how many contents fit in a request.
const Most = 100

// Codec returns the format.
func Codec() wire.Codec { return embed.Codec(encode, decode, embed.AtMost(Most)) }

// Purposes are Google's words for what vectors are for.
// Source: https://ai.google.dev/api/embeddings#v1beta.TaskType
func Purposes() map[string]string {
	return map[string]string{
		"query": "RETRIEVAL_QUERY", "document": "RETRIEVAL_DOCUMENT", "classification": "CLASSIFICATION",
		"clustering": "CLUSTERING", "similarity": "SEMANTIC_SIMILARITY",
	}
}

func encode(call *llm.Call) (*wire.Request, error) {
	r, err := embed.Read(call)
	if err != nil {
		return nil, err
	}
	name := strings.TrimPrefix(call.To.Model, "models/")
	purpose, err := r.Purpose(Purposes())
	if err != nil {
		return nil, err
	}
	same := raw.Object{}
	if purpose != "" {
		same = same.WithText("taskType", purpose)
	}
	same = r.Move(same, "task_type", "taskType") // LiteLLM's spelling, which Google takes too
	same = r.Move(same, "dimensions", "outputDimensionality")
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	same = same.Merged(rest).WithText("model", "models/"+name)
	all := make([]raw.Object, len(r.Inputs))
	for i, in := range r.Inputs {
		content, err := Content(r, in)
		if err != nil {
			return nil, err
		}
		all[i] = content.Merged(same)
	}
	body := raw.Object{}.WithList("requests", all)
	return &wire.Request{Path: "/models/" + url.PathEscape(name) + ":batchEmbedContents", Body: body.Bytes(), Header: http.Header{}}, nil
}

// Content has an input as its only member: a text, or a content as Google
// writes it, which may hold pictures.
func Content(r *embed.Request, in []byte) (raw.Object, error) {
	switch {
	case chat.IsText(in):
		part := raw.Object{}.WithRaw("text", in)
		in = raw.Object{}.WithText("role", "user").WithList("parts", []raw.Object{part}).Bytes()
	case in[0] != '{':
		_, err := r.Texts()
		return raw.Object{}, err
	}
	return raw.Object{}.WithRaw("content", in), nil
}

func decode(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	v, _ := body.Raw("embeddings")
	items, err := raw.Objects(v)
	if err != nil {
		return nil, err
	}
	a := embed.Answer{
		Usage:  Usage(body),
		Fields: body.Without("embeddings", "usageMetadata"),
	}
	for _, o := range items {
		values, _ := o.Raw("values")
		a.Vectors = append(a.Vectors, values)
	}
	return embed.Reply(call, a)
}

// Usage is what an answer's usageMetadata counts.
func Usage(body raw.Object) llm.Usage {
	return embed.Tokens(chat.Member(body, "usageMetadata"), "promptTokenCount", "totalTokenCount")
}
