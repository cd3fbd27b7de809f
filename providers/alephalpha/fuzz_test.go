package alephalpha

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// FuzzComplete holds that whatever a completion says, plain or as a stream,
// becomes JSON or an error, and that a stream is whole only at its end.
func FuzzComplete(f *testing.F) {
	for _, seed := range []string{
		`{"model_version":"v","completions":[{"completion":"a","finish_reason":"end_of_text"}],"num_tokens_prompt_total":1,"num_tokens_generated":-1}`,
		"data: {\"type\":\"stream_chunk\",\"index\":0,\"completion\":\"a\"}\n\ndata: {\"type\":\"stream_summary\",\"index\":0,\"finish_reason\":\"maximum_tokens\"}\n\ndata: {\"type\":\"completion_summary\"}\n\n",
		"data: {\"type\":\"stream_chunk\",\"index\":-1}\n\n", "data: {\"error\":\"e\",\"code\":\"QUEUE_FULL\"}\n\n", "data: [DONE]\n\n",
	} {
		f.Add([]byte(seed))
	}
	call := providertest.To(llm.Chat, "aleph_alpha", "luminous-base")(raw.Object{})
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		_, whole := providertest.CheckEvents(t, d, call, body)
		if whole && !bytes.Contains(body, []byte("DONE")) && !bytes.Contains(body, []byte("completion_summary")) {
			t.Fatalf("got Last without an end in %s", body)
		}
	})
}
