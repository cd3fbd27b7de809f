package attempt

import (
	"context"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// withOwn puts a caller's own address and key in place of the deployment's. An
// address a caller chose never gets a secret of the operator's.
func withOwn(d *llm.Deployment, o llm.Options) *llm.Deployment {
	if o.APIBase == "" && o.APIKey == "" {
		return d
	}
	c := *d
	c.Credential = own(o.APIKey)
	if o.APIBase != "" {
		c.Base, c.Foreign, c.Headers = o.APIBase, true, nil
	}
	return &c
}

// own is a caller's key.
type own string

func (k own) Value(_ context.Context, name string) (string, error) {
	if name == "api_key" {
		return string(k), nil
	}
	return "", nil
}
