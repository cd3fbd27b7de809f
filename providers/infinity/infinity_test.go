package infinity

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}
