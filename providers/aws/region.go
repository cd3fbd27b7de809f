package aws

import (
	"context"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fallback is the region of a deployment that nobody gave one, LiteLLM's.
const fallback = "us-west-2"

// Region is where a deployment is called: its aws_region_name, else named (what
// the model's name says, or ""), else the first set variable of AWS_REGION_NAME,
// AWS_REGION and AWS_DEFAULT_REGION, else us-west-2. An error means that one
// could not be read.
func Region(ctx context.Context, d *llm.Deployment, named string) (string, error) {
	if own := d.Settings["aws_region_name"]; own != "" {
		return own, nil
	}
	if named != "" {
		return named, nil
	}
	region, err := wire.First(ctx, d, "AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION")
	if region == "" {
		region = fallback
	}
	return region, err
}
