// Package infinity is the server Infinity on one's own machines, whose
// embeddings are OpenAI's and whose rerank is Cohere's, nearly.
//
// Source: https://github.com/michaelfeil/infinity and the types of the package
// infinity_client
package infinity

import (
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// KeyEnv is the variables that hold the key, if the server wants one.
func KeyEnv() []string { return []string{"INFINITY_API_KEY"} }

// BaseEnv is the variables that hold the server's address.
func BaseEnv() []string { return []string{"INFINITY_API_BASE"} }

// Dialect returns the format.
func Dialect() wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Embeddings, Format: llm.OpenAI}: embed.Shape{User: true, Dimensions: "dimensions", Base64: "encoding_format"}.Codec(),
			{Op: llm.Rerank, Format: llm.OpenAI}:     embed.Ranker{}.Codec(),
		},
		Fail: chat.Fail,
	}
}

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, _ func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "infinity", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true, Place: embed.Place,
		Dialect: Dialect(), Client: open, Guarded: guarded,
	}
}
