package sagemaker

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// FuzzAnswer holds that whatever a container says, plain, in a stream or as an
// error, becomes JSON or an error with a class.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`[{"generated_text":"a","details":{"finish_reason":"length","tokens":[{"text":"a","log_prob":-1}]}}]`, `{"generation":"a"}`,
		`{"OriginalStatusCode":422,"OriginalMessage":"{\"error\":\"x\"}"}`, `{"Message":"Received server error (500) from primary with message \"x\". See https://x for more information."}`,
		"data: {\"token\":{\"text\":\"a\",\"special_token\":false},\"generated_text\":\"a\"}\n\n", `{"choices":[{"finish_reason":"eos_token","message":{}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, d := range []wire.Dialect{Dialect(providertest.Now), ChatDialect(providertest.Now)} {
			call := providertest.To(llm.Chat, "sagemaker", "m")(raw.Object{})
			providertest.CheckDecode(t, d, call, &wire.Response{Status: 424, Body: body})
			providertest.CheckEvents(t, d, call, inParts(t, body))
		}
	})
}
