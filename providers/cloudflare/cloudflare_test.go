package cloudflare

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.RunSet(t, func(client *http.Client, name string) (llm.Speaker, bool) {
		return New(client, client, providertest.Now), name == "cloudflare"
	}, "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	providertest.RunErrors(t, *New(nil, nil, providertest.Now), "testdata/errors.json")
}
