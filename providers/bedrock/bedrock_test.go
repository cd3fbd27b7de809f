package bedrock_test

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/providers/bedrock"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *bedrock.New(http.DefaultClient, http.DefaultClient, providertest.Now), "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	providertest.RunErrors(t, *bedrock.New(http.DefaultClient, http.DefaultClient, providertest.Now), "testdata/errors.json")
}
