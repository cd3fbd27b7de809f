package deepgram

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
	providertest.RunRefused(t, *New(nil, nil, providertest.Now), "testdata/errors.json", "testdata/transcription.txt")
}

func TestModel(t *testing.T) {
	for _, c := range []struct{ model, voice, want string }{
		{"aura-2-thalia-en", "", "aura-2-thalia-en"},
		{"aura-2-thalia-en", "alloy", "aura-2-thalia-en"},
		{"aura-2-thalia-en", "aura-2-zeus-en", "aura-2-zeus-en"},
		{"aura-2", "", "aura-2-thalia-en"},
		{"aura-2", "fable", "aura-2-pandora-en"},
		{"aura", "luna", "aura-luna-en"},
	} {
		if got := model(c.model, c.voice); got != c.want {
			t.Errorf("%s with %q: got %s, want %s", c.model, c.voice, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(), providertest.To(llm.Transcriptions, "deepgram", "nova-3"))
}
