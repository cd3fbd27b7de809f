package cloud

import (
	"testing"
	"time"
)

// TestEndpoint: a service's own variable counts before that for all, and that
// before the region's host.
func TestEndpoint(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		env        map[string]string
	}{
		{"region", "https://secretsmanager.eu-west-1.amazonaws.com/", nil},
		{"China", "https://secretsmanager.cn-north-1.amazonaws.com.cn/", map[string]string{"AWS_REGION": "cn-north-1"}},
		{"GovCloud", "https://secretsmanager.us-gov-west-1.amazonaws.com/", map[string]string{"AWS_REGION": "us-gov-west-1"}},
		{"FIPS", "https://secretsmanager-fips.eu-west-1.amazonaws.com/", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}},
		{"LiteLLM's region", "https://secretsmanager.sa-east-1.amazonaws.com/", map[string]string{"AWS_REGION": "", "AWS_REGION_NAME": "sa-east-1"}},
		{"all", "http://all/", map[string]string{"AWS_ENDPOINT_URL": "http://all"}},
		{"one", "http://one/", map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://one/"}},
		{"ignored", "https://secretsmanager.eu-west-1.amazonaws.com/", map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://one", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, name := range []string{"AWS_DEFAULT_REGION", "AWS_REGION_NAME", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_USE_FIPS_ENDPOINT"} {
				t.Setenv(name, "")
			}
			t.Setenv("AWS_REGION", "eu-west-1")
			t.Setenv("AWS_CONFIG_FILE", "/dev/null")
			for name, v := range tc.env {
				t.Setenv(name, v)
			}
			c, err := (&Account{Now: time.Now}).config(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got, err := endpoint(t.Context(), c, Service{ID: "Secrets Manager", Host: "secretsmanager"})
			if got != tc.want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, tc.want)
			}
		})
	}
}
