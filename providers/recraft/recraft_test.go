package recraft

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

// TestSpeaks: Recraft draws, and does not chat.
func TestSpeaks(t *testing.T) {
	p := New(nil, nil, providertest.Now)
	for op, want := range map[llm.Op]bool{llm.Chat: false, llm.Images: true, llm.ImageEdits: true, llm.Speech: false} {
		if got := p.Speaks(op, llm.OpenAI); got != want {
			t.Errorf("%s: got %v, want %v", op, got, want)
		}
	}
}

func TestFail(t *testing.T) {
	providertest.RunRefused(t, *New(nil, nil, providertest.Now), "testdata/errors.json", "testdata/images.txt")
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), providertest.To(llm.Images, "recraft", "recraftv3"))
}
