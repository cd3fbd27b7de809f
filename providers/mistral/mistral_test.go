package mistral

import (
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	providertest.RunErrors(t, *New(nil, nil, providertest.Now), "testdata/errors.json")
}

// TestToolID: an id that Mistral takes, the same one for the same call, and
// its own ids as they are.
func TestToolID(t *testing.T) {
	own := rapid.StringMatching(`[a-zA-Z0-9]{9}`)
	rapid.Check(t, func(t *rapid.T) {
		if id := own.Draw(t, "own"); toolID(id) != id {
			t.Errorf("got %q, want %q", toolID(id), id)
		}
		id := rapid.String().Draw(t, "id")
		short := toolID(id)
		if toolID(short) != short || toolID(id) != short {
			t.Errorf("%q: got %q, want nine letters and digits, always the same", id, short)
		}
	})
}
