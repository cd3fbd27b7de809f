package cohere

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

// TestPlace: the addresses that people write for Cohere.
func TestPlace(t *testing.T) {
	for base, want := range map[string]string{
		"":                                "",
		"https://api.cohere.com":          "https://api.cohere.com",
		"https://api.cohere.com/":         "https://api.cohere.com",
		"https://api.cohere.com/v2":       "https://api.cohere.com",
		"https://api.cohere.com/v2/chat":  "https://api.cohere.com",
		"https://api.cohere.com/v2/embed": "https://api.cohere.com",
		"https://api.cohere.ai/v1/rerank": "https://api.cohere.ai",
		"https://api.cohere.ai/v1/chat/":  "https://api.cohere.ai",
		"https://proxy.example/cohere":    "https://proxy.example/cohere",
		"https://proxy.example/a/v2":      "https://proxy.example/a",
	} {
		if got, err := place(t.Context(), nil, base); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", base, got, err, want)
		}
	}
}
