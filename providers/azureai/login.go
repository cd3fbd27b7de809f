package azureai

import (
	"context"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/azure"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

type login struct{ entra *azure.Entra }

// auth sends the deployment's own key, else its own Microsoft Entra token, else
// the environment's key, else the environment's token.
func (l login) auth(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error {
	own, err := wire.First(ctx, d, "api_key")
	if err != nil {
		return err
	}
	token := ""
	if own == "" {
		if token, err = l.entra.Own(ctx, d); err != nil {
			return err
		}
	}
	if key != "" && token == "" {
		sendKey(r, key)
		return nil
	}
	if token == "" {
		if token, err = l.entra.Environment(ctx, d); err != nil {
			return err
		}
	}
	if token == "" {
		return &llm.Error{
			Class:   llm.AuthenticationError,
			Message: "no key for azure_ai: set api_key or AZURE_AI_API_KEY, or azure_ad_token, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
		}
	}
	return wire.Bearer(ctx, r, body, d, token)
}
