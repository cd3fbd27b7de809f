// Package nvidia is what NVIDIA's NIM microservices have beside OpenAI's chat:
// embeddings in OpenAI's shape that are told what they are for, and a ranking of
// passages.
//
// Source: https://docs.nvidia.com/nim/nemo-retriever/text-embedding/latest/reference.html
// and https://docs.nvidia.com/nim/nemo-retriever/text-reranking/latest/using-reranking.html
package nvidia

import (
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Embeddings returns the codec of embeddings.
func Embeddings() wire.Codec {
	return embed.Shape{
		User: true, Dimensions: "dimensions", Base64: "encoding_format",
		Purposes: map[string]string{"query": "query", "document": "passage"},
	}.Codec()
}

// Ranking returns the codec of rerank. A service of one's own ranks at /ranking;
// NVIDIA's own has each model at an address that ends in /reranking, which is
// the deployment's api_base. LiteLLM's users write ranking/ before the model's
// name.
func Ranking() wire.Codec { return wire.Codec{Encode: encode, Decode: decode} }

func encode(call *llm.Call) (*wire.Request, error) {
	r, err := embed.ReadRanking(call)
	if err != nil {
		return nil, err
	}
	texts, err := r.Texts()
	if err != nil {
		return nil, err
	}
	passages := make([]raw.Object, len(texts))
	for i, text := range texts {
		passages[i] = raw.Object{}.WithRaw("text", text)
	}
	r.Done("top_n") // the reply is cut
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	body := raw.Object{}.WithText("model", strings.TrimPrefix(call.To.Model, "ranking/")).
		WithRaw("query", raw.Object{}.WithRaw("text", r.Query).Bytes()).WithList("passages", passages)
	req := &wire.Request{Path: "/ranking", Body: body.Merged(rest).Bytes(), Header: http.Header{}}
	if strings.HasSuffix(strings.TrimRight(call.To.Base, "/"), "/reranking") {
		req.Path = ""
	}
	return req, nil
}

func decode(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	v, _ := body.Raw("rankings")
	list, err := embed.Ranks(v, "logit")
	if err != nil {
		return nil, err
	}
	return embed.Ranked(call, embed.Order{List: list, Usage: embed.Tokens(chat.Member(body, "usage"), "total_tokens", "prompt_tokens")})
}
