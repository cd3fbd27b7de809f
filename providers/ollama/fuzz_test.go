package ollama

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		Options: llm.Options{IncludeUsage: true}, To: &llm.Deployment{Provider: "ollama", Model: "llama3.2"},
	}
}

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), callOf) }

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), callOf) }

// FuzzEvents holds that a stream ends with Last only after a line that is done,
// which may be written with escapes.
func FuzzEvents(f *testing.F) {
	for _, body := range providertest.Answers(f, "ndjson") {
		f.Add(body)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		_, whole := providertest.CheckEvents(t, d, callOf(raw.Object{}), body)
		if whole && !bytes.Contains(body, []byte("done")) && !bytes.Contains(body, []byte(`\u`)) {
			t.Fatalf("got Last without an end in %s", body)
		}
	})
}
