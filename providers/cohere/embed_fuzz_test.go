package cohere

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzVectors(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Embeddings, "cohere", `{"input":"a","encoding_format":"base64"}`, "embed-v4.0")
}

func FuzzRanking(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Rerank, "cohere", `{"query":"q","documents":["a","b"],"return_documents":true}`, "rerank-v3.5")
}
