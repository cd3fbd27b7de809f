package vertex

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestGolden plays what the vendors' own clients send, which got their token
// elsewhere.
func TestGolden(t *testing.T) {
	p := *New(nil, nil, providertest.Now)
	p.Auth = wire.Bearer
	providertest.Run(t, p, "testdata/*.txt")
}

// TestAddresses plays who is called where, with which credentials.
func TestAddresses(t *testing.T) {
	providertest.RunSet(t, func(client *http.Client, name string) (llm.Speaker, bool) {
		return New(client, client, providertest.Now), name == "vertex_ai"
	}, "testdata/addresses/*.txt")
}

func TestErrors(t *testing.T) {
	providertest.RunErrors(t, *New(nil, nil, providertest.Now), "testdata/errors.json")
}
