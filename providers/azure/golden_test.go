package azure

import (
	"net/http"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestGolden(t *testing.T) {
	providertest.RunSet(t, func(client *http.Client, name string) (llm.Speaker, bool) {
		return New(client, client, providertest.Now), name == "azure"
	}, "testdata/*.txt")
}
