package triton

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		To: &llm.Deployment{Provider: "triton", Model: "m"},
	}
}

// FuzzAnswer holds that whatever a server says, plain or as a stream, becomes
// JSON or an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"model_name":"m","text_output":"a","cum_log_probs":0.0}`, `{"outputs":[{"name":"text_output","data":["a"]}]}`, `{"error":"e"}`,
		"data: {\"text_output\":\"a\",\"finish_reason\":\"None\"}\n\ndata: {\"text_output\":[\"b\"],\"finish_reason\":\"stop\"}\n\n",
	} {
		f.Add([]byte(seed))
	}
	said, err := raw.Parse([]byte(`{"messages":[{"role":"user","content":"Hi"}]}`))
	if err != nil {
		f.Fatal(err)
	}
	call := callOf(said)
	codec := Dialect(providertest.Now).Codecs[call.Key()]
	f.Fuzz(func(t *testing.T, body []byte) {
		if reply, err := codec.Decode(call, &wire.Response{Status: 200, Body: body}); err == nil {
			if _, err := raw.Parse(reply.Body.Bytes()); err != nil {
				t.Fatalf("got %v in %s", err, reply.Body.Bytes())
			}
		}
		for ev, err := range codec.Events(call, codec.Frames(bytes.NewReader(body))) {
			if err != nil {
				return
			}
			if len(ev.Data) > 0 {
				if _, err := raw.Parse(ev.Data); err != nil {
					t.Fatalf("got %v in %s", err, ev.Data)
				}
			}
		}
	})
}
