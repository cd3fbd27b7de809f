package assemblyai

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now).transcripts, "testdata/*.txt")
}

// TestSpeaks: which of the two APIs has what.
func TestSpeaks(t *testing.T) {
	p := New(nil, nil, providertest.Now)
	for op, want := range map[llm.Op]bool{llm.Chat: true, llm.Transcriptions: true, llm.Embeddings: false, llm.Images: false} {
		if got := p.Speaks(op, llm.OpenAI); got != want {
			t.Errorf("%s: got %v, want %v", op, got, want)
		}
	}
}

func TestFail(t *testing.T) {
	providertest.RunRefused(t, *New(nil, nil, providertest.Now).transcripts, "testdata/errors.json", "testdata/transcription.txt")
}

// TestFailed: a transcript that failed may be made elsewhere.
func TestFailed(t *testing.T) {
	if e := failed("Internal error. Please try again"); e.Class != llm.InternalServerError {
		t.Errorf("got %v, want that another deployment may be tried", e.Class)
	}
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(), providertest.To(llm.Transcriptions, "assemblyai", "best"))
}
