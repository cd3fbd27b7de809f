package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Signed is the wire.Auth of a service that knows nothing but signatures
// (version 4), by the name that it is signed for: "sagemaker". The region is
// the deployment's.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
func (c *Credentials) Signed(service string) wire.Auth {
	signer := v4.NewSigner()
	return func(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, _ string) error {
		region, err := Region(ctx, d, "")
		if err != nil {
			return fmt.Errorf("read the region: %w", err)
		}
		by, err := c.Of(ctx, d, region)
		if err != nil {
			return fmt.Errorf("find AWS credentials: %w", err)
		}
		sum := sha256.Sum256(body)
		return signer.SignHTTP(ctx, by, r, hex.EncodeToString(sum[:]), service, region, c.now())
	}
}
