package aws

import (
	"context"
	"fmt"
	"regexp"
	"strings"

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

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)

// Host is the address of a service, by the first words of its name
// ("runtime.sagemaker"), in a deployment's region; named is as for Region. A
// region that is none is a BadRequestError.
// Source: https://docs.aws.amazon.com/general/latest/gr/rande.html
func Host(ctx context.Context, d *llm.Deployment, named, service string) (string, error) {
	region, err := Region(ctx, d, named)
	if err != nil {
		return "", fmt.Errorf("read the region: %w", err)
	}
	if !regionName.MatchString(region) {
		return "", &llm.Error{Class: llm.BadRequestError, Param: "aws_region_name", Message: fmt.Sprintf("aws_region_name: %q is no region", region)}
	}
	domain := ".amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		domain += ".cn"
	}
	return "https://" + service + "." + region + domain, nil
}
