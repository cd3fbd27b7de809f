package watsonx

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzVectors(f *testing.F) {
	providertest.FuzzAnswers(f, dialect(providertest.Now), llm.Embeddings, "watsonx", `{"input":"a","encoding_format":"base64"}`, "m")
}

func FuzzRanking(f *testing.F) {
	providertest.FuzzAnswers(f, dialect(providertest.Now), llm.Rerank, "watsonx", `{"query":"q","documents":["a","b"],"return_documents":true}`, "m")
}
