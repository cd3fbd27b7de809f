package huggingface

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// The paths of a text-embeddings-inference server (TEI), which endpoints for
// embeddings and rankings run.
// Source: https://huggingface.github.io/text-embeddings-inference/
const (
	openaiPath = "/v1/embeddings"
	embedPath  = "/embed"
	rerankPath = "/rerank"
)

// mostInputs is how many inputs a TEI server takes at once, unless its operator
// told it otherwise.
// Source: https://huggingface.co/docs/text-embeddings-inference/cli_arguments
const mostInputs = 32

// embeddings asks an endpoint in OpenAI's words, which TEI knows, and the
// router by the task that its models of that kind have.
func embeddings() wire.Codec {
	tei := embed.Shape{
		Path: openaiPath, Most: mostInputs, Tokens: true, User: true, Dimensions: "dimensions", Base64: "encoding_format",
	}.Codec()
	c := tei
	c.Encode = func(call *llm.Call) (*wire.Request, error) {
		if byRouter(call.To) {
			return extraction(call)
		}
		return tei.Encode(call)
	}
	c.Decode = func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
		if byRouter(call.To) {
			return features(call, r)
		}
		return tei.Decode(call, r)
	}
	return c
}

// byRouter tells Hugging Face's router from an endpoint.
func byRouter(d *llm.Deployment) bool {
	return d.Base == "" || strings.Contains(d.Base, "router.huggingface.co")
}

// extraction is the router's task of embeddings.
// Source: https://huggingface.co/docs/inference-providers/tasks/feature-extraction
func extraction(call *llm.Call) (*wire.Request, error) {
	r, err := embed.Read(call)
	if err != nil {
		return nil, err
	}
	texts, err := r.Texts()
	if err != nil {
		return nil, err
	}
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	body := raw.Object{}.WithRaw("inputs", embed.List(texts)).Merged(rest)
	return &wire.Request{
		Path: "/hf-inference/models/" + call.To.Model + "/pipeline/feature-extraction",
		Body: body.Bytes(), Header: http.Header{},
	}, nil
}

// features reads a list of vectors.
func features(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	if err := raw.Strict(r.Body); err != nil {
		return nil, err
	}
	a := embed.Answer{Usage: computed(r.Header)}
	for _, vector := range raw.Items(r.Body) {
		a.Vectors = append(a.Vectors, vector)
	}
	return embed.Reply(call, a)
}

// computed is the number of tokens that a TEI server counts in a header.
func computed(h http.Header) llm.Usage {
	n, err := strconv.ParseInt(h.Get("X-Compute-Tokens"), 10, 64)
	return llm.Usage{Known: err == nil && n >= 0, In: max(n, 0)}
}

// ranking is a TEI server's. The answer is the list, of all documents.
func ranking() wire.Codec {
	return wire.Codec{Encode: encodeRanking, Decode: decodeRanking}
}

func encodeRanking(call *llm.Call) (*wire.Request, error) {
	r, err := embed.ReadRanking(call)
	if err != nil {
		return nil, err
	}
	if byRouter(call.To) {
		return nil, r.Unsupported("model", "rerank by its router; set api_base to an endpoint")
	}
	texts, err := r.Texts()
	if err != nil {
		return nil, err
	}
	r.Done("top_n") // the reply is cut
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	body := raw.Object{}.WithRaw("query", r.Query).WithRaw("texts", embed.List(texts)).Merged(rest)
	return &wire.Request{Path: rerankPath, Body: body.Bytes(), Header: http.Header{}}, nil
}

func decodeRanking(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	list, err := embed.Ranks(r.Body, "score")
	if err != nil {
		return nil, err
	}
	return embed.Ranked(call, embed.Order{List: list, Usage: computed(r.Header)})
}
