package embed

import (
	"context"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Place is the wire.Place of vendors that embed and rerank only: it takes the
// path of either off an address, as LiteLLM's users write the whole URL.
func Place(_ context.Context, _ *llm.Deployment, base string) (string, error) {
	base = strings.TrimRight(base, "/")
	return strings.TrimSuffix(strings.TrimSuffix(base, "/embeddings"), "/rerank"), nil
}
