package operations

import (
	"slices"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func now() time.Time { return time.Unix(1763683200, 0) }

// TestForm writes members as OpenAI's packages do: the names are those that
// openai==3.52.0 sends for the same arguments.
func TestForm(t *testing.T) {
	body, err := raw.Parse([]byte(`{"model":"m","n":2,"temperature":0.50,"user":null,"stream":true,"prompt":"a\n\u00e9","list":["x",1,null,{"a":false}],"chunking_strategy":{"type":"server_vad","silence_duration_ms":5}}`))
	if err != nil {
		t.Fatal(err)
	}
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

// TestCounted: the kinds of usage that vendors of OpenAI's operations send.
func TestCounted(t *testing.T) {
	for _, c := range []struct {
		name, usage string
		want        llm.Usage
	}{
		{"embeddings", `{"prompt_tokens":8,"total_tokens":8}`, llm.Usage{Known: true, In: 8}},
		{"one total", `{"total_tokens":7}`, llm.Usage{Known: true, In: 7}}, // https://docs.voyageai.com/reference/embeddings-api
		{"a picture", `{"input_tokens":50,"output_tokens":100,"input_tokens_details":{"text_tokens":10,"image_tokens":40}}`, llm.Usage{Known: true, In: 50, ImageIn: 40, Out: 100, ImageOut: 100}},
		{"a picture and words", `{"input_tokens":50,"output_tokens":100,"input_tokens_details":{"text_tokens":50,"image_tokens":0},"output_tokens_details":{"text_tokens":30,"image_tokens":70}}`, llm.Usage{Known: true, In: 50, Out: 100, ImageOut: 70}},
		{"speech", `{"type":"tokens","input_tokens":14,"output_tokens":45,"input_token_details":{"audio_tokens":12}}`, llm.Usage{Known: true, In: 14, AudioIn: 12, Out: 45}},
		{"seconds", `{"type":"duration","seconds":9.5}`, llm.Usage{Known: true, Millis: 9500}},
		{"quoted seconds", `{"seconds":"0.25"}`, llm.Usage{Known: true, Millis: 250}},
		{"seconds that are none", `{"seconds":-1}`, llm.Usage{}},
		{"nothing", `{}`, llm.Usage{}},
		{"null", `null`, llm.Usage{}},
	} {
		if got := counted(raw.Object{}.WithRaw("usage", []byte(c.usage))); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
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
