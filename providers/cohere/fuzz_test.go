package cohere

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
		Options: llm.Options{IncludeUsage: true}, To: &llm.Deployment{Provider: "cohere", Model: "command-a-03-2025"},
	}
}

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), callOf) }

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), callOf) }

// FuzzEvents holds that a stream ends with Last only after message-end, which
// may be written with escapes.
func FuzzEvents(f *testing.F) {
	for _, body := range providertest.Answers(f, "event-stream") {
		f.Add(body)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		_, whole := providertest.CheckEvents(t, d, callOf(raw.Object{}), body)
		if whole && !bytes.Contains(body, []byte("message-end")) && !bytes.Contains(body, []byte(`\u`)) {
			t.Fatalf("got Last without an end in %s", body)
		}
	})
}
