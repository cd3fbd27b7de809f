package nvidia

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, wire.Provider{Name: "nvidia_nim", Dialect: wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Embeddings, Format: llm.OpenAI}: Embeddings(),
			{Op: llm.Rerank, Format: llm.OpenAI}:     Ranking(),
		},
		Fail: chat.Fail,
	}}, "testdata/*.txt")
}

// TestHosted: NVIDIA's own addresses are whole.
func TestHosted(t *testing.T) {
	body := providertest.Object(t, `{"query":"q","documents":["a"]}`)
	for base, want := range map[string]string{
		"": "/ranking", "http://localhost:8000/v1": "/ranking",
		"https://ai.api.nvidia.com/v1/retrieval/nvidia/reranking":  "",
		"https://ai.api.nvidia.com/v1/retrieval/nvidia/reranking/": "",
	} {
		req, err := Ranking().Encode(&llm.Call{Op: llm.Rerank, Format: llm.OpenAI, Body: body, To: &llm.Deployment{Model: "m", Base: base}})
		if err != nil || req.Path != want {
			t.Errorf("%q: got %+v, %v, want the path %q", base, req, err, want)
		}
	}
}
