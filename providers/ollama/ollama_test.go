package ollama

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

// TestPlace: the addresses that people write for Ollama.
func TestPlace(t *testing.T) {
	for base, want := range map[string]string{
		"":                                    "",
		"http://localhost:11434":              "http://localhost:11434",
		"http://localhost:11434/":             "http://localhost:11434",
		"http://localhost:11434/v1":           "http://localhost:11434",
		"http://localhost:11434/api/chat":     "http://localhost:11434",
		"http://localhost:11434/api/generate": "http://localhost:11434",
		"http://localhost:11434/api/embed":    "http://localhost:11434",
		"https://ollama.com/api":              "https://ollama.com",
		"https://proxy.example/ollama":        "https://proxy.example/ollama",
	} {
		if got, err := place(t.Context(), nil, base); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", base, got, err, want)
		}
	}
}
