package nlpcloud

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	providertest.RunErrors(t, *New(nil, nil, providertest.Now), "testdata/errors.json")
}

func TestPlace(t *testing.T) {
	for base, want := range map[string]string{
		"":                                "https://api.nlpcloud.io/v1/gpu",
		"https://api.nlpcloud.io/v1/gpu/": "https://api.nlpcloud.io/v1/gpu",
		"https://api.nlpcloud.io/v1":      "https://api.nlpcloud.io/v1/gpu",
		"https://a.test/fr":               "https://a.test/fr/v1/gpu",
		"https://a.test/v1/gpu/fra_Latn":  "https://a.test/v1/gpu/fra_Latn",
	} {
		if got, err := place(t.Context(), nil, base); got != want || err != nil {
			t.Errorf("%q: got %s, %v, want %s", base, got, err, want)
		}
	}
}
