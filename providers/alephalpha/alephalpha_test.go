package alephalpha

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/prompt"
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
		"": "", "https://api.aleph-alpha.com/complete": "https://api.aleph-alpha.com",
		"https://home.test/inference/": "https://home.test/inference",
	} {
		if got, err := place(t.Context(), nil, base); got != want || err != nil {
			t.Errorf("%q: got %s, %v, want %s", base, got, err, want)
		}
	}
}

// TestCompletes: which deployments take one text.
func TestCompletes(t *testing.T) {
	for _, c := range []struct {
		model, base, template string
		want                  bool
	}{
		{"luminous-supreme", "", "", true},
		{"pharia-1-llm-7b-control", "", "", false},
		{"pharia-1-llm-7b-control", "https://home.test/complete/", "", true},
		{"pharia-1-llm-7b-control", "", `{"roles":{}}`, true},
	} {
		d := &llm.Deployment{Model: c.model, Base: c.base, Settings: map[string]string{prompt.Setting: c.template}}
		if got := completes(d); got != c.want {
			t.Errorf("%+v: got %v, want %v", c, got, c.want)
		}
	}
}
