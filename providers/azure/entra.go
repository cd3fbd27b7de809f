package azure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

const (
	authority = "https://login.microsoftonline.com"
	scope     = "https://cognitiveservices.azure.com/.default"
)

var errNoToken = errors.New("no token in the answer")

// Entra gives Microsoft Entra tokens: those that somebody configured, and those
// of an application that has a secret. It is safe for concurrent use.
type Entra struct {
	client *http.Client
	now    func() time.Time
	tokens *wire.Tokens
}

// NewEntra makes one whose token service is called by client.
func NewEntra(client *http.Client, now func() time.Time) *Entra {
	return &Entra{client, now, &wire.Tokens{Now: now}}
}

// Own is the token that a deployment's own settings are good for: its
// azure_ad_token, or its tenant_id, client_id and client_secret. "" when they
// are good for none.
func (e *Entra) Own(ctx context.Context, d *llm.Deployment) (string, error) {
	token, err := wire.First(ctx, d, "azure_ad_token")
	if token != "" || err != nil {
		return token, err
	}
	secret, err := wire.First(ctx, d, "client_secret")
	if err != nil {
		return "", err
	}
	return e.application(ctx, d, d.Settings["tenant_id"], d.Settings["client_id"], secret)
}

// Environment is the token that the environment is good for: AZURE_AD_TOKEN or
// AZURE_OPENAI_AD_TOKEN, or AZURE_TENANT_ID, AZURE_CLIENT_ID and
// AZURE_CLIENT_SECRET. "" when it is good for none.
func (e *Entra) Environment(ctx context.Context, d *llm.Deployment) (string, error) {
	token, err := wire.First(ctx, d, KeyEnv()[2:]...)
	if token != "" || err != nil {
		return token, err
	}
	var application [3]string
	for i, name := range []string{"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"} {
		if application[i], err = wire.First(ctx, d, name); err != nil {
			return "", err
		}
	}
	return e.application(ctx, d, application[0], application[1], application[2])
}

// application is the token of an application, "" without its credentials.
// Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (e *Entra) application(ctx context.Context, d *llm.Deployment, tenant, id, secret string) (string, error) {
	if tenant == "" || id == "" || secret == "" {
		return "", nil
	}
	host, err := wire.First(ctx, d, "AZURE_AUTHORITY_HOST")
	if err != nil {
		return "", err
	}
	if host == "" {
		host = authority
	}
	address := strings.TrimRight(host, "/") + "/" + url.PathEscape(tenant) + "/oauth2/v2.0/token"
	wanted := d.Settings["azure_scope"]
	if wanted == "" {
		wanted = scope
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{address, wanted, id, secret}, "\n")))
	return e.tokens.Get(ctx, hex.EncodeToString(sum[:]), func(ctx context.Context) (string, time.Time, error) {
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {wanted}}
		body, err := wire.Form(ctx, e.client, address, form, http.Header{})
		if err != nil {
			return "", time.Time{}, err
		}
		var answer struct {
			Token string `json:"access_token"`
			Lasts int64  `json:"expires_in"` // seconds
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			return "", time.Time{}, err
		}
		if answer.Token == "" {
			return "", time.Time{}, errNoToken
		}
		return answer.Token, e.now().Add(time.Duration(answer.Lasts) * time.Second), nil
	})
}
