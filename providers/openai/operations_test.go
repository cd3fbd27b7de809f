package openai

import (
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

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
	d := Dialect(Quirks{Offers: Everything()}, providertest.Now)
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
		reply, err := d.Codecs[call.Key()].Decode(call, &wire.Response{Status: 200, Body: []byte(c.body)})
		if (err != nil) != (c.want == "") || err == nil && string(reply.Body.Bytes()) != c.want {
			t.Errorf("%v %s: got %v, %v, want %q", c.op, c.body, reply, err, c.want)
		}
	}
}

// TestOffers: an operation that the vendor has not is refused, and so is a
// stream of one that has none.
func TestOffers(t *testing.T) {
	d := Dialect(Quirks{Offers: map[llm.Op]Quirks{llm.Embeddings: {}}}, providertest.Now)
	p := wire.Provider{Name: "vendor", Dialect: d}
	if !p.Speaks(llm.Embeddings, llm.OpenAI) || p.Speaks(llm.Images, llm.OpenAI) || p.Speaks(llm.Embeddings, llm.Responses) {
		t.Error("got other operations than embeddings and chat")
	}
	for op, want := range map[llm.Op]string{llm.Images: "vendor does not offer image generation", llm.Embeddings: "vendor does not offer embeddings as a stream"} {
		call := &llm.Call{Op: op, Format: llm.OpenAI, Stream: true, To: &llm.Deployment{}, Record: &llm.Record{}}
		_, err := p.Do(t.Context(), call)
		if e, ok := err.(*llm.Error); !ok || e.Class != llm.BadRequestError || e.Message != want {
			t.Errorf("%v: got %v, want %s", op, err, want)
		}
	}
}

// FuzzOperations holds of each operation what holds of chat's codec: what is
// sent is an object or a form, and what comes back is one, or an error.
func FuzzOperations(f *testing.F) {
	for _, body := range providertest.Answers(f, "") {
		f.Add(uint8(0), body)
	}
	for _, call := range providertest.Seeds(f, "call") {
		f.Add(uint8(4), []byte(call))
	}
	d := Dialect(Quirks{Offers: Everything()}, providertest.Now)
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		of := func(o raw.Object) *llm.Call {
			call := callOf(o, false)
			call.Op = llm.Embeddings + llm.Op(n)%(llm.Speech-llm.Embeddings+1)
			if call.Op == llm.Rerank {
				call.Op = llm.Images
			}
			return call
		}
		providertest.CheckEncode(t, d, of, string(body))
		call := of(raw.Object{})
		codec := d.Codecs[call.Key()]
		if codec.Decode != nil {
			providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		}
		if codec.Events != nil {
			providertest.CheckEnd(t, d, call, body)
		}
		if o, err := raw.Parse(body); err == nil {
			form(o, nil)
		}
	})
}
