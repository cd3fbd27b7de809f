package openai

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// provider is OpenAI but for its address and client.
func provider() wire.Provider {
	return wire.Provider{Name: "openai", Dialect: Dialect(Quirks{Offers: Everything()}, providertest.Now)}
}

func TestGolden(t *testing.T) { providertest.Run(t, provider(), "testdata/*.txt") }

func TestErrors(t *testing.T) { providertest.RunErrors(t, provider(), "testdata/errors.json") }
