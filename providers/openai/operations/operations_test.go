package operations

import (
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func now() time.Time { return time.Unix(1763683200, 0) }

// TestForm writes members as OpenAI's packages do: the names are those that
// openai==3.52.0 sends for the same arguments.
func TestForm(t *testing.T) {
	body := providertest.Object(t, `{"model":"m","n":2,"temperature":0.50,"user":null,"stream":true,"prompt":"a\n\u00e9","list":["x",1,null,{"a":false}],"chunking_strategy":{"type":"server_vad","silence_duration_ms":5}}`)
	want := []wire.Field{
		{Name: "model", Value: "m"},
		{Name: "n", Value: "2"},
		{Name: "temperature", Value: "0.50"},
		{Name: "stream", Value: "true"},
		{Name: "prompt", Value: "a\né"},
		{Name: "list[]", Value: "x"},
		{Name: "list[]", Value: "1"},
		{Name: "list[][a]", Value: "false"},
		{Name: "chunking_strategy[type]", Value: "server_vad"},
		{Name: "chunking_strategy[silence_duration_ms]", Value: "5"},
	}
	if got := form(body, nil).Fields; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestTold: answers that lack what OpenAI's description requires, and answers
// that are something else.
func TestTold(t *testing.T) {
	for _, c := range []struct {
		op         llm.Op
		body, want string // "" is an error
	}{
		{llm.Embeddings, `{"data":[]}`, `{"data":[],"object":"list","model":"m"}`},
		{llm.Embeddings, `{"object":"list","model":"n","data":[]}`, `{"object":"list","model":"n","data":[]}`},
		{llm.Embeddings, `{"choices":[]}`, ""},
		{llm.Moderations, `{"results":[]}`, `{"results":[],"id":"modr-r","model":"m"}`},
		{llm.Moderations, `{"data":[]}`, ""},
		{llm.Images, `{"data":[{"url":"u"}]}`, `{"data":[{"url":"u"}],"created":1763683200}`},
		{llm.ImageVariations, `{}`, ""},
		{llm.Translations, `{"text":"hi"}`, `{"text":"hi"}`},
		{llm.Transcriptions, `{"result":"hi"}`, ""},
		{llm.Transcriptions, `hi`, ""},
	} {
		call := &llm.Call{Op: c.op, Format: llm.OpenAI, To: &llm.Deployment{Model: "m"}, Record: &llm.Record{RequestID: "r"}}
		reply, err := Codec(c.op, now).Decode(call, &wire.Response{Status: 200, Body: []byte(c.body)})
		if (err != nil) != (c.want == "") || err == nil && string(reply.Body.Bytes()) != c.want {
			t.Errorf("%v %s: got %v, %v, want %q", c.op, c.body, reply, err, c.want)
		}
	}
}
