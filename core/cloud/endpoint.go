package cloud

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// endpoint is where a service is asked: what the environment or AWS's own
// configuration file says, else its host in the region.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func endpoint(ctx context.Context, c aws.Config, s Service) (string, error) {
	if c.Region == "" {
		return "", errNoRegion
	}
	ignored, _, err := config.GetIgnoreConfiguredEndpoints(ctx, c.ConfigSources)
	if err != nil {
		return "", fmt.Errorf("read the AWS configuration: %w", err)
	}
	own := ""
	for _, source := range c.ConfigSources {
		by, ok := source.(interface {
			GetServiceBaseEndpoint(ctx context.Context, id string) (string, bool, error)
		})
		if !ok || ignored || own != "" {
			continue
		}
		if own, _, err = by.GetServiceBaseEndpoint(ctx, s.ID); err != nil {
			return "", fmt.Errorf("read the AWS configuration: %w", err)
		}
	}
	// A variable for all services counts before a file for one.
	one := "AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(s.ID, " ", "_"))
	if os.Getenv("AWS_ENDPOINT_URL") != "" && os.Getenv(one) == "" {
		own = ""
	}
	if own = cmp.Or(own, aws.ToString(c.BaseEndpoint)); own != "" {
		return strings.TrimSuffix(own, "/") + "/", nil
	}
	host := s.Host
	for _, source := range c.ConfigSources {
		by, ok := source.(interface {
			GetUseFIPSEndpoint(ctx context.Context) (aws.FIPSEndpointState, bool, error)
		})
		if !ok {
			continue
		}
		if state, found, err := by.GetUseFIPSEndpoint(ctx); err == nil && found {
			if state == aws.FIPSEndpointStateEnabled {
				host += "-fips"
			}
			break
		}
	}
	return "https://" + host + "." + c.Region + "." + suffix(c.Region) + "/", nil
}

// suffix is the domain of a region's partition.
// Source: https://docs.aws.amazon.com/general/latest/gr/rande.html
func suffix(region string) string {
	for _, p := range [...]struct{ prefix, domain string }{
		{"cn-", "amazonaws.com.cn"},
		{"eusc-", "amazonaws.eu"},
		{"us-iso-", "c2s.ic.gov"},
		{"us-isob-", "sc2s.sgov.gov"},
		{"us-isof-", "csp.hci.ic.gov"},
		{"eu-isoe-", "cloud.adc-e.uk"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.domain
		}
	}
	return "amazonaws.com"
}
