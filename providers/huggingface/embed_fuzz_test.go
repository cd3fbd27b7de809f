package huggingface

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzVectors(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Embeddings, "huggingface", `{"input":"a","encoding_format":"base64"}`, "m")
}

func FuzzRanking(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Rerank, "huggingface", `{"query":"q","documents":["a","b"],"return_documents":true}`, "m")
}
