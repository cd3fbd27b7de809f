package bedrock

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzVectors(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Embeddings, "bedrock", `{"input":"a","encoding_format":"base64"}`, "amazon.titan-embed-text-v2:0", "amazon.nova-2-multimodal-embeddings-v1:0", "cohere.embed-v4:0")
}

func FuzzRanking(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Rerank, "bedrock", `{"query":"q","documents":["a","b"],"return_documents":true}`, "cohere.rerank-v3-5:0", "amazon.rerank-v1:0")
}
