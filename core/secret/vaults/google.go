package vaults

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const googleSecretManager = "Google Secret Manager"

// google is Google Secret Manager. A name is one of the project that
// GOOGLE_SECRET_MANAGER_PROJECT_ID names, or projects/PROJECT/secrets/NAME;
// /versions/N may follow both.
// Source: https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
type google struct{ asker }

// Check implements secret.Vault.
func (*google) Check(name string) error {
	return lettersOf(name, "-_/", 512, "a secret's name")
}

// Secret implements secret.Vault.
func (g *google) Secret(ctx context.Context, name string) (string, error) {
	if !strings.HasPrefix(name, "projects/") {
		project, err := g.env(ctx, "GOOGLE_SECRET_MANAGER_PROJECT_ID", "")
		if err != nil {
			return "", err
		}
		name = "projects/" + project + "/secrets/" + name
	}
	if !strings.Contains(name, "/versions/") {
		name += "/versions/latest"
	}
	base, err := g.env(ctx, "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", "https://secretmanager.googleapis.com")
	if err != nil {
		return "", err
	}
	token, err := g.o.Google(ctx)
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/v1/"+name+":access", nil)
	if err != nil {
		return "", fmt.Errorf("write a request to %s: %w", googleSecretManager, err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	var out struct {
		Payload struct {
			Data []byte `json:"data"`
		} `json:"payload"`
	}
	err = ask(g.o.Client, googleSecretManager, r, &out, func(text []byte) string {
		var said struct {
			Error struct{ Status, Message string }
		}
		_ = json.Unmarshal(text, &said) // a proxy's page: the status must do
		return strings.TrimSpace(said.Error.Status + " " + said.Error.Message)
	})
	return string(out.Payload.Data), err
}
