package watsonx

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
		return New(client, client, providertest.Now), name == "watsonx"
	}, "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	p := *New(nil, nil, providertest.Now).wire
	p.Auth = nil // the token service says no in its own test
	providertest.RunErrors(t, p, "testdata/errors.json")
}
