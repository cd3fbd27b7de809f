package elevenlabs

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}

func TestFail(t *testing.T) {
	providertest.RunRefused(t, *New(nil, nil, providertest.Now), "testdata/errors.json", "testdata/speech.txt")
}

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Transcriptions, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		Files: []llm.File{{Field: "file"}}, To: &llm.Deployment{Provider: "elevenlabs", Model: "scribe_v1"},
	}
}

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(), callOf) }

func FuzzEncode(f *testing.F) {
	providertest.FuzzEncode(f, Dialect(), func(body raw.Object) *llm.Call {
		call := callOf(body)
		call.Op = llm.Speech
		return call
	})
}
