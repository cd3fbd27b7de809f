package google

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// maxFile is far above the few kilobytes of any kind of credentials.
const maxFile = 1 << 20

// credentials are a deployment's, as JSON; nil when nobody gave any, so that
// the machine's own are meant.
func credentials(ctx context.Context, d *llm.Deployment) ([]byte, error) {
	if d.Foreign {
		return nil, &llm.Error{
			Class:   llm.AuthenticationError,
			Message: "an address that a caller chose gets no credentials but the caller's: send api_key",
		}
	}
	value, err := wire.First(ctx, d, names[:]...)
	if err != nil {
		return nil, fmt.Errorf("read Google credentials: %w", err)
	}
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "{") {
		return []byte(value), nil
	}
	if value != "" {
		return file(value)
	}
	path, err := wellKnown(ctx, d)
	if err != nil || path == "" {
		return nil, err
	}
	text, err := file(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// wellKnown is where gcloud writes what "application-default login" got; ""
// when nothing says where that is.
func wellKnown(ctx context.Context, d *llm.Deployment) (string, error) {
	for _, at := range [...]struct{ variable, below string }{
		{"CLOUDSDK_CONFIG", ""}, {"APPDATA", "gcloud"}, {"HOME", filepath.Join(".config", "gcloud")},
	} {
		folder, err := wire.First(ctx, d, at.variable)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", at.variable, err)
		}
		if folder != "" {
			return filepath.Join(folder, at.below, "application_default_credentials.json"), nil
		}
	}
	return "", nil
}

func file(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read Google credentials: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, fmt.Errorf("read Google credentials: %w", err)
	}
	return text, nil
}
