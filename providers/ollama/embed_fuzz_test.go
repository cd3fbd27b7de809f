package ollama

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzVectors(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Embeddings, "ollama", `{"input":"a","encoding_format":"base64"}`, "embeddinggemma")
}
