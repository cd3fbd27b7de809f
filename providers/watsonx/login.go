package watsonx

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// iam is IBM Cloud's token service.
const iam = "https://iam.cloud.ibm.com/identity/token"

var errNoToken = errors.New("no token in the answer")

// login exchanges keys for tokens.
type login struct {
	client *http.Client
	now    func() time.Time
	tokens *wire.Tokens
}

// auth sends the token of the deployment's own key, else a token or key given
// for the purpose, else the token of the environment's key.
func (l *login) auth(ctx context.Context, r *http.Request, _ []byte, d *llm.Deployment, key string) error {
	own, err := wire.First(ctx, d, "api_key")
	if err != nil {
		return err
	}
	if own == "" {
		token, err := wire.First(ctx, d, "token", "WATSONX_TOKEN")
		if err != nil {
			return err
		}
		zen, err := wire.First(ctx, d, "zen_api_key", "WATSONX_ZENAPIKEY")
		switch {
		case err != nil:
			return err
		case token != "":
			r.Header.Set("Authorization", "Bearer "+token)
			return nil
		case zen != "":
			r.Header.Set("Authorization", "ZenApiKey "+zen)
			return nil
		}
	}
	if key == "" {
		return &llm.Error{Class: llm.AuthenticationError, Message: "no key for watsonx: set api_key or WATSONX_APIKEY, or WATSONX_TOKEN"}
	}
	token, err := l.token(ctx, d, key)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// token is the key's token.
// Source: https://cloud.ibm.com/apidocs/iam-identity-token-api#gettoken-apikey
func (l *login) token(ctx context.Context, d *llm.Deployment, key string) (string, error) {
	address, err := wire.First(ctx, d, "WATSONX_IAM_URL")
	if err != nil {
		return "", err
	}
	if address == "" {
		address = iam
	}
	sum := sha256.Sum256([]byte(address + "\n" + key))
	return l.tokens.Get(ctx, hex.EncodeToString(sum[:]), func(ctx context.Context) (string, time.Time, error) {
		form := url.Values{"grant_type": {"urn:ibm:params:oauth:grant-type:apikey"}, "apikey": {key}}
		body, err := wire.Form(ctx, l.client, address, form, http.Header{})
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
}
