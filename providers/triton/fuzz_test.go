package triton

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// FuzzAnswer holds that whatever a server says, plain or as a stream, becomes
// JSON or an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"model_name":"m","text_output":"a","cum_log_probs":0.0}`, `{"outputs":[{"name":"text_output","data":["a"]}]}`, `{"error":"e"}`,
		"data: {\"text_output\":\"a\",\"finish_reason\":\"None\"}\n\ndata: {\"text_output\":[\"b\"],\"finish_reason\":\"stop\"}\n\n",
	} {
		f.Add([]byte(seed))
	}
	said := providertest.Object(f, `{"messages":[{"role":"user","content":"Hi"}]}`)
	call := providertest.To(llm.Chat, "triton", "m")(said)
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		providertest.CheckEvents(t, d, call, body)
	})
}
