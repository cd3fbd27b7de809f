package replicate

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzImages(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), providertest.To(llm.Images, "replicate", "black-forest-labs/flux-schnell"))
}
