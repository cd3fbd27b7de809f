// Package jina is Jina AI's embeddings and rerankers, in OpenAI's and Cohere's
// shapes with words of its own: what the vectors are for is a task.
//
// Source: https://api.jina.ai/openapi.json
package jina

import (
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is Jina AI's address.
const Base = "https://api.jina.ai/v1"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"JINA_AI_API_KEY", "JINA_API_KEY", "JINA_AI_TOKEN"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"JINA_AI_API_BASE"} }

// Dialect returns the format.
func Dialect() wire.Dialect {
	vectors := embed.Shape{
		Objects: true, Dimensions: "dimensions", Base64: "embedding_type", Purpose: "task",
		Purposes: map[string]string{
			"query": "retrieval.query", "document": "retrieval.passage", "classification": "classification",
			"clustering": "separation", "similarity": "text-matching",
		},
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Embeddings, Format: llm.OpenAI}: vectors.Codec(),
			{Op: llm.Rerank, Format: llm.OpenAI}:     embed.Ranker{Echoes: true}.Codec(),
		},
		Fail: chat.Fail,
	}
}

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, _ func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "jina_ai", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: embed.Place,
		Dialect: Dialect(), Client: open, Guarded: guarded,
	}
}
