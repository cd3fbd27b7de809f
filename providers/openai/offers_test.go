package openai

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/openai/operations"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

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

// TestFormats: the formats beside chat's own are there for vendors that have
// them, asked in the name of the organization that pays.
func TestFormats(t *testing.T) {
	to := &llm.Deployment{Model: "m", Settings: map[string]string{"organization": "org"}}
	for format, q := range map[llm.Format]Quirks{llm.Responses: {Responds: true}, llm.Completions: {Completes: true}} {
		call := &llm.Call{Op: llm.Chat, Format: format, To: to}
		codec, ok := Dialect(q, providertest.Now).Codecs[call.Key()]
		if _, without := Dialect(Quirks{}, providertest.Now).Codecs[call.Key()]; !ok || without {
			t.Fatalf("%d: got it %t with the quirk and %t without", format, ok, without)
		}
		req, err := codec.Encode(call)
		if err != nil || req.Header.Get("OpenAI-Organization") != "org" {
			t.Errorf("%d: got %+v, %v, want the organization", format, req, err)
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
			all := operations.All()
			call.Op = all[int(n)%len(all)]
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
			call = of(o)
			call.Files = []llm.File{{Field: "file", Name: "a.wav"}}
			if _, err := codec.Encode(call); err != nil {
				t.Fatalf("got %v, want a form", err)
			}
		}
	})
}
