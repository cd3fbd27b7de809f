package gemini

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func FuzzVectors(f *testing.F) {
	fuzzAnswers(f, llm.Embeddings, `{"input":"a","encoding_format":"base64"}`, "gemini-embedding-001")
}

// fuzzAnswers does CheckDecode with golden answers, and what becomes of them,
// to a call of each model.
func fuzzAnswers(f *testing.F, op llm.Op, asked string, models ...string) {
	for _, body := range providertest.Answers(f, "") {
		f.Add(body)
	}
	o, err := raw.Parse([]byte(asked))
	if err != nil {
		f.Fatal(err)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, model := range models {
			call := &llm.Call{
				Op: op, Format: llm.OpenAI, Body: o, Record: &llm.Record{},
				To: &llm.Deployment{Provider: "gemini", Model: model},
			}
			providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		}
	})
}
