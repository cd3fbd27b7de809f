package openai

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func callOf(body raw.Object, stream bool) *llm.Call {
	call := providertest.To(llm.Chat, "openai", "gpt-4o")(body)
	call.Stream = stream
	return call
}

// FuzzEncode holds that every member arrives as its caller wrote it, save the
// model's name and the stream's usage; and with quirks that what is sent is an
// object still, and an error an llm.Error.
func FuzzEncode(f *testing.F) {
	for _, call := range providertest.Seeds(f, "call") {
		f.Add(call, true)
	}
	quirks := Quirks{Rename: map[string]string{"seed": "random_seed"}, Unsupported: []string{"n"}, NoStreamOptions: true}
	quirky := Dialect(quirks, providertest.Now)
	f.Fuzz(func(t *testing.T, body string, stream bool) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		of := func(o raw.Object) *llm.Call { return callOf(o, stream) }
		req, err := encode(Quirks{}, of(o))
		if err != nil {
			t.Fatalf("got %v, want nil", err)
		}
		sent, err := raw.Parse(req.Body)
		if err != nil {
			t.Fatalf("got %v in %s", err, req.Body)
		}
		for name, v := range o.All() {
			if got, _ := sent.Raw(name); name != "model" && name != "stream_options" && string(got) != string(v) {
				t.Fatalf("%s: got %s, want %s", name, got, v)
			}
		}
		providertest.CheckEncode(t, quirky, of, body)
	})
}

// FuzzEvents holds that Last comes only after [DONE] or a finish reason.
func FuzzEvents(f *testing.F) {
	streams := func(body raw.Object) *llm.Call { return callOf(body, true) }
	providertest.FuzzEnd(f, Dialect(Quirks{}, providertest.Now), streams, "event-stream", providertest.Says(done, `"finish_reason"`))
}
