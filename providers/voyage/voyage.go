// Package voyage is Voyage AI, which embeds and reranks and does nothing else,
// in OpenAI's shapes with words of its own.
//
// Source: https://docs.voyageai.com/reference/embeddings-api and
// https://docs.voyageai.com/reference/reranker-api
package voyage

import (
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is Voyage AI's address.
const Base = "https://api.voyageai.com/v1"

// mostInputs is how many texts fit in a request.
const mostInputs = 1000

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"VOYAGE_API_KEY", "VOYAGE_AI_API_KEY", "VOYAGE_AI_TOKEN"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"VOYAGE_API_BASE"} }

// Dialect returns the format. Vectors of other numbers than float32 come as
// numbers also to who asks for base64, which would say nothing of their kind.
func Dialect() wire.Dialect {
	vectors := embed.Shape{
		Most: mostInputs, Dimensions: "output_dimension", Base64: "encoding_format", Numbers: "output_dtype",
		Purposes: map[string]string{"query": "query", "document": "document"},
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Embeddings, Format: llm.OpenAI}: vectors.Codec(),
			{Op: llm.Rerank, Format: llm.OpenAI}:     embed.Ranker{Top: "top_k", List: "data"}.Codec(),
		},
		Fail: chat.Fail,
	}
}

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, _ func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "voyage", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: embed.Place,
		Dialect: Dialect(), Client: open, Guarded: guarded,
	}
}
