package all

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/secret"
)

// googleStorage is Google Cloud Storage. It is objects.
// Source: https://docs.cloud.google.com/storage/docs/json_api/v1/objects/get
type googleStorage struct {
	base   string
	client *http.Client
	token  func(ctx context.Context) (string, error)
}

// googleStorage is asked with what Google's own tools would use, or where
// STORAGE_EMULATOR_HOST says.
func (s *Setup) googleStorage() *googleStorage {
	base := "https://storage.googleapis.com"
	if at := s.process("STORAGE_EMULATOR_HOST"); at != "" {
		base = at
	}
	return &googleStorage{base, outbound.Client(), googleToken(secret.Source{Getenv: s.options.Getenv, Vaults: s.shared.vaults})}
}

// Object implements objects.
func (g *googleStorage) Object(ctx context.Context, bucket, key, version string, largest int64) (body []byte, is string, err error) {
	query := url.Values{"alt": {"media"}}
	if version != "" {
		query.Set("generation", version)
	}
	token, err := g.token(ctx)
	if err != nil {
		return nil, "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, g.base+"/storage/v1/b/"+url.PathEscape(bucket)+"/o/"+url.PathEscape(key)+"?"+query.Encode(), nil)
	if err != nil {
		return nil, "", fmt.Errorf("write a request to Google: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := g.client.Do(r)
	if err != nil {
		return nil, "", fmt.Errorf("read %s from the bucket %s: %w", key, bucket, err)
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return nil, "", fmt.Errorf("read %s from the bucket %s: %w", key, bucket, cloud.ErrNoObject)
	default:
		return nil, "", fmt.Errorf("read %s from the bucket %s: Google answered %s", key, bucket, answer.Status)
	}
	body, err = outbound.ReadAll(answer.Body, largest)
	if err != nil {
		return nil, "", fmt.Errorf("read %s from the bucket %s: %w", key, bucket, err)
	}
	return body, answer.Header.Get("X-Goog-Generation"), nil
}
