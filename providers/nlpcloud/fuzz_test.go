package nlpcloud

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// FuzzAnswer holds that whatever the vendor says becomes JSON or an error, and
// that what it counts is never negative.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"response":"a","history":[]}`, `{"generated_text":"a","nb_input_tokens":1,"nb_generated_tokens":-2}`, `{"detail":"d"}`} {
		f.Add([]byte(seed))
	}
	call := &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Record: &llm.Record{}, To: &llm.Deployment{Provider: "nlp_cloud", Model: "m"}}
	decode := Dialect(providertest.Now).Codecs[call.Key()].Decode
	f.Fuzz(func(t *testing.T, body []byte) {
		reply, err := decode(call, &wire.Response{Status: 200, Body: body})
		if err != nil {
			return
		}
		if _, err := raw.Parse(reply.Body.Bytes()); err != nil || reply.Usage.In < 0 || reply.Usage.Out < 0 {
			t.Fatalf("got %v, %+v in %s", err, reply.Usage, reply.Body.Bytes())
		}
	})
}
