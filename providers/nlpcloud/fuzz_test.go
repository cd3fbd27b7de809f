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
	call := providertest.To(llm.Chat, "nlp_cloud", "m")(raw.Object{})
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		reply, _ := providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		if reply != nil && (reply.Usage.In < 0 || reply.Usage.Out < 0) {
			t.Fatalf("got %+v, want counts of zero or more", reply.Usage)
		}
	})
}
