package openai

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, wire.Provider{Name: "openai", Dialect: Dialect(Quirks{}, providertest.Now)}, "testdata/*.txt")
}
