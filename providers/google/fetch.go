package google

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

const scope = "https://www.googleapis.com/auth/cloud-platform"

// exchange gets a token for credentials of any kind that Google's library
// knows: service_account, authorized_user, external_account (workload
// identity), impersonated_service_account, ...
func (t *Tokens) exchange(ctx context.Context, text []byte) (string, time.Time, error) {
	var kind struct {
		Type google.CredentialsType `json:"type"`
	}
	if json.Unmarshal(text, &kind) != nil || kind.Type == "" {
		return "", time.Time{}, malformed()
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, t.client)
	c, err := google.CredentialsFromJSONWithType(ctx, text, kind.Type, scope)
	if err != nil {
		return "", time.Time{}, malformed() // the cause may repeat a part of the key
	}
	token, err := c.TokenSource.Token()
	if err != nil {
		return "", time.Time{}, refused(err)
	}
	return token.AccessToken, token.Expiry, nil
}

// word is a code of RFC 6749, section 5.2, such as invalid_grant.
var word = regexp.MustCompile(`^[a-z_]{1,40}$`)

// refused is the error of a token service, without what it or we said.
func refused(err error) *llm.Error {
	var r *oauth2.RetrieveError
	if !errors.As(err, &r) || r.Response == nil {
		return &llm.Error{Class: llm.ServiceUnavailableError, Message: "Google's token service cannot be used"}
	}
	e := &llm.Error{Class: llm.AuthenticationError, Message: "Google's token service refused the credentials: " + r.Response.Status}
	if r.Response.StatusCode >= 500 || r.Response.StatusCode == http.StatusTooManyRequests {
		e = &llm.Error{Class: llm.ServiceUnavailableError, Message: "Google's token service answered " + r.Response.Status}
	}
	if word.MatchString(r.ErrorCode) {
		e.Message += ", " + r.ErrorCode
	}
	return e
}

// metadataHost is where a machine of Google's learns about itself.
// https://docs.cloud.google.com/compute/docs/metadata/querying-metadata
func metadataHost(ctx context.Context, d *llm.Deployment) (string, error) {
	host, err := wire.First(ctx, d, "GCE_METADATA_HOST")
	if host == "" {
		host = "metadata.google.internal"
	}
	return host, err
}

// attached gets a token of the machine's own service account.
func (t *Tokens) attached(ctx context.Context, host string) (string, time.Time, error) {
	body, err := t.metadata(ctx, host, "/instance/service-accounts/default/token")
	if err != nil {
		return "", time.Time{}, err
	}
	var token struct {
		Value   string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
	}
	if json.Unmarshal(body, &token) != nil || token.Value == "" {
		return "", time.Time{}, absent()
	}
	return token.Value, t.kept.Now().Add(time.Duration(token.Seconds) * time.Second), nil
}

// patience is how long a metadata server, which is on the same machine, may
// take; elsewhere there is none to wait for.
const patience = 3 * time.Second

func (t *Tokens) metadata(ctx context.Context, host, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/computeMetadata/v1"+path, nil)
	if err != nil || strings.ContainsAny(host, "/@?#") {
		return nil, absent()
	}
	r.Header.Set("Metadata-Flavor", "Google")
	res, err := t.client.Do(r)
	if err != nil {
		return nil, absent()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxFile))
	if err != nil || res.StatusCode != http.StatusOK || res.Header.Get("Metadata-Flavor") != "Google" {
		return nil, absent()
	}
	return body, nil
}

// absent: neither credentials were given nor is this a machine that has some.
func absent() *llm.Error {
	return &llm.Error{
		Class: llm.AuthenticationError,
		Message: "no Google credentials: set vertex_credentials or GOOGLE_APPLICATION_CREDENTIALS, " +
			"or run where a service account is attached",
	}
}
