package polly

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

// TestPlace: a region's own address, and one that somebody configured.
func TestPlace(t *testing.T) {
	d := &llm.Deployment{Settings: map[string]string{"aws_region_name": "eu-west-1"}}
	for base, want := range map[string]string{"": "https://polly.eu-west-1.amazonaws.com", "http://localhost:1": "http://localhost:1"} {
		if got, err := place(t.Context(), d, base); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", base, got, err, want)
		}
	}
}

func TestFail(t *testing.T) {
	providertest.RunRefused(t, *New(nil, nil, providertest.Now), "testdata/errors.json", "testdata/speech.txt")
}

func FuzzEncode(f *testing.F) {
	providertest.FuzzEncode(f, Dialect(), providertest.To(llm.Speech, "aws_polly", "neural"))
}
