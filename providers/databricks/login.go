package databricks

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoToken = errors.New("no token in the answer")

// login gets tokens for service principals.
type login struct {
	open, guarded *http.Client
	now           func() time.Time
	tokens        *wire.Tokens
}

// auth sends the deployment's own key, else the token of its own service
// principal, else the environment's key, else the token of the environment's
// service principal.
func (l *login) auth(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error {
	own, err := wire.First(ctx, d, "api_key")
	if err != nil {
		return err
	}
	if own != "" {
		return wire.Bearer(ctx, r, body, d, own)
	}
	secret, err := wire.First(ctx, d, "client_secret")
	if err != nil {
		return err
	}
	if d.Settings["client_id"] != "" && secret != "" {
		return l.principal(ctx, r, d, d.Settings["client_id"], secret)
	}
	if key != "" {
		return wire.Bearer(ctx, r, body, d, key)
	}
	id, err := wire.First(ctx, d, "DATABRICKS_CLIENT_ID")
	if err != nil {
		return err
	}
	if secret, err = wire.First(ctx, d, "DATABRICKS_CLIENT_SECRET"); err != nil {
		return err
	}
	if id == "" || secret == "" {
		return &llm.Error{
			Class:   llm.AuthenticationError,
			Message: "no key for databricks: set api_key or DATABRICKS_API_KEY, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET",
		}
	}
	return l.principal(ctx, r, d, id, secret)
}

// principal sends the token that the workspace gives a service principal.
// Source: https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m
func (l *login) principal(ctx context.Context, r *http.Request, d *llm.Deployment, id, secret string) error {
	client := l.open
	if d.Foreign {
		client = l.guarded
	}
	address := r.URL.Scheme + "://" + r.URL.Host + "/oidc/v1/token"
	sum := sha256.Sum256([]byte(address + "\n" + id + "\n" + secret))
	token, err := l.tokens.Get(ctx, hex.EncodeToString(sum[:]), func(ctx context.Context) (string, time.Time, error) {
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {"all-apis"}}
		basic := base64.StdEncoding.EncodeToString([]byte(id + ":" + secret))
		body, err := wire.Form(ctx, client, address, form, http.Header{"Authorization": {"Basic " + basic}})
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
		return answer.Token, l.now().Add(time.Duration(answer.Lasts) * time.Second), nil
	})
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}
