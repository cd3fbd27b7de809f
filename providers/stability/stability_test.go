package stability

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}

func TestFail(t *testing.T) {
	providertest.RunRefused(t, *New(nil, nil, providertest.Now), "testdata/errors.json", "testdata/images.txt")
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), providertest.To(llm.Images, "stability", "sd3"))
}
