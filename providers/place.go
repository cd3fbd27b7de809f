package providers

import (
	"context"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// place is a wire.Place that depends on nothing but the base and the model.
type place func(base, model string) string

func (f place) wire() wire.Place {
	if f == nil {
		return nil
	}
	return func(_ context.Context, d *llm.Deployment, base string) (string, error) { return f(base, d.Model), nil }
}

// baseten serves a dedicated deployment at a host of its own, named by the
// deployment's eight letters and digits
// (https://docs.baseten.co/inference/calling-your-model).
func baseten(base, model string) string {
	if base != "" || len(model) != 8 {
		return base
	}
	for _, c := range model {
		if c < '0' || c > 'z' || c > '9' && c < 'A' || c > 'Z' && c < 'a' {
			return base
		}
	}
	return "https://model-" + model + ".api.baseten.co/environments/production/sync/v1"
}

// gradient's agents answer below /api/v1 of their own host
// (https://docs.digitalocean.com/products/gradient-ai-platform/how-to/use-agents/).
func gradient(base, _ string) string {
	base = strings.TrimRight(base, "/")
	if base == "" || strings.HasSuffix(base, "/v1") {
		return base
	}
	return base + "/api/v1"
}

// datarobot's gateway stands below its API (DATAROBOT_ENDPOINT is a host or
// ends in /api/v2); a dedicated deployment has an address of its own
// (https://docs.datarobot.com/en/docs/gen-ai/genai-code/dr-llm-gateway.html).
func datarobot(base, _ string) string {
	const api, gateway = "/api/v2", "/genai/llmgw"
	base = strings.TrimSuffix(strings.TrimRight(base, "/"), "/chat/completions")
	_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(base, "https://"), "http://"), "/")
	switch {
	case base == "":
		return ""
	case path == "":
		return base + api + gateway
	case strings.HasSuffix(base, api):
		return base + gateway
	}
	return base
}

// organization is OpenAI's Auth: the key, and the organization that pays when
// OPENAI_ORGANIZATION names one and the deployment none.
func organization(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error {
	if r.Header.Get("OpenAI-Organization") == "" && d.Credential != nil {
		org, err := d.Credential.Value(ctx, "OPENAI_ORGANIZATION")
		if err != nil {
			return err
		}
		if org != "" {
			r.Header.Set("OpenAI-Organization", org)
		}
	}
	return wire.Bearer(ctx, r, body, d, key)
}

// subscription is Sarvam's Auth: its documents name a header of its own, its
// OpenAI-compatible clients send the usual one.
func subscription(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error {
	if err := wire.Header("api-subscription-key")(ctx, r, body, d, key); err != nil {
		return err
	}
	return wire.Bearer(ctx, r, body, d, key)
}
