package vertex

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzVectors(f *testing.F) {
	providertest.FuzzAnswers(f, Dialect(providertest.Now), llm.Embeddings, "vertex_ai", `{"input":"a","encoding_format":"base64"}`, "text-embedding-005", "gemini-embedding-001")
}
