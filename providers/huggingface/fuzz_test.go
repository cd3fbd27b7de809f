package huggingface

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		Options: llm.Options{IncludeUsage: true}, To: &llm.Deployment{Provider: "huggingface", Model: task + "tgi"},
	}
}

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), callOf) }

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), callOf) }

// FuzzEvents is about streams of TGI's own.
func FuzzEvents(f *testing.F) {
	for _, body := range providertest.Answers(f, "event-stream") {
		f.Add(body)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		providertest.CheckEvents(t, d, callOf(raw.Object{}), body)
	})
}
