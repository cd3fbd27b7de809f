package huggingface

import (
	"net/http"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// TestRouter plays what is asked of the router, which is known by its address.
func TestRouter(t *testing.T) {
	providertest.RunSet(t, func(client *http.Client, name string) (llm.Speaker, bool) {
		return New(client, client, providertest.Now), name == "huggingface"
	}, "testdata/router/*.txt")
}

// TestEmbedPlace: the addresses that people write for a TEI server.
func TestEmbedPlace(t *testing.T) {
	const server = "https://x.endpoints.huggingface.cloud"
	for _, path := range []string{"", "/", "/embed", "/rerank", "/v1/embeddings", "/generate", "/generate_stream/"} {
		if got, err := place(t.Context(), nil, server+path); got != server || err != nil {
			t.Errorf("%q: got %q, %v, want %q", server+path, got, err, server)
		}
	}
}
