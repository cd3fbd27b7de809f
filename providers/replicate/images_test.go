package replicate

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func FuzzImages(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), func(body raw.Object) *llm.Call {
		call := callOf(body, "black-forest-labs/flux-schnell")
		call.Op = llm.Images
		return call
	})
}
