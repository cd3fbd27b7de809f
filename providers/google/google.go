// Package google gets the access tokens that Google Cloud's services take, from
// what an operator has: a service account's key, a user's or a workload's
// credentials (JSON, or the path of a file with it), or, with none of these,
// those of the machine (Application Default Credentials). A caller who brings
// an address of their own gets none of them.
//
// Source: https://docs.cloud.google.com/docs/authentication/application-default-credentials
package google

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Tokens gives access tokens and keeps them until they expire. It is safe for
// concurrent use.
type Tokens struct {
	client *http.Client
	kept   wire.Tokens
}

// New makes the Tokens that are fetched with client.
func New(client *http.Client, now func() time.Time) *Tokens {
	return &Tokens{client: client, kept: wire.Tokens{Now: now}}
}

// names are the secrets and variables that hold credentials, as JSON or as a
// path; the first that is set wins.
var names = [...]string{
	"vertex_credentials", "vertex_ai_credentials", "VERTEXAI_CREDENTIALS", "VERTEX_SERVICE_ACCOUNT_KEY_PATH",
	"GOOGLE_APPLICATION_CREDENTIALS",
}

// Token gives the access token of a deployment. A refusal is an
// AuthenticationError, and so is a deployment without credentials.
func (t *Tokens) Token(ctx context.Context, d *llm.Deployment) (string, error) {
	text, err := credentials(ctx, d)
	if err != nil {
		return "", err
	}
	if text == nil {
		host, err := metadataHost(ctx, d)
		if err != nil {
			return "", err
		}
		return t.kept.Get(ctx, host, func(ctx context.Context) (string, time.Time, error) { return t.attached(ctx, host) })
	}
	sum := sha256.Sum256(text)
	return t.kept.Get(ctx, hex.EncodeToString(sum[:]), func(ctx context.Context) (string, time.Time, error) {
		return t.exchange(ctx, text)
	})
}

// Project is the project that a deployment's credentials belong to; "" when
// they do not say. Errors are those of reading them.
func (t *Tokens) Project(ctx context.Context, d *llm.Deployment) (string, error) {
	text, err := credentials(ctx, d)
	if err != nil {
		return "", err
	}
	if text == nil {
		host, err := metadataHost(ctx, d)
		if err != nil {
			return "", err
		}
		return t.kept.Get(ctx, "project "+host, func(ctx context.Context) (string, time.Time, error) {
			id, err := t.metadata(ctx, host, "/project/project-id")
			return strings.TrimSpace(string(id)), t.kept.Now().Add(24 * time.Hour), err
		})
	}
	var key struct {
		Project string `json:"project_id"`
		Quota   string `json:"quota_project_id"` // of a user's
	}
	if json.Unmarshal(text, &key) != nil {
		return "", malformed()
	}
	if key.Project != "" {
		return key.Project, nil
	}
	return key.Quota, nil
}

func malformed() *llm.Error {
	return &llm.Error{Class: llm.AuthenticationError, Message: "the Google credentials are not JSON of a kind that is known"}
}
