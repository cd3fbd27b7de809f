package gemini

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// BenchmarkEvents is what a stream of 200 pieces of text costs, from the
// vendor's bytes to the caller's chunks.
func BenchmarkEvents(b *testing.B) {
	const event = `{"candidates":[{"content":{"parts":[{"text":"The \"gate\" is open. "}],"role":"model"}%s,"index":0}],` +
		`"usageMetadata":{"promptTokenCount":25,"candidatesTokenCount":9,"totalTokenCount":34,` +
		`"promptTokensDetails":[{"modality":"TEXT","tokenCount":25}]},"modelVersion":"gemini-2.5-flash","responseId":"Kz8faYLpHqXjz7IP"}`
	var in bytes.Buffer
	for range 200 {
		fmt.Fprintf(&in, "data: "+event+"\n\n", "")
	}
	fmt.Fprintf(&in, "data: "+event+"\n\n", `,"finishReason":"STOP"`)
	call := by("gemini-2.5-flash")(raw.Object{})
	translate := Dialect(providertest.Now).Codecs[call.Key()].Events
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for ev, err := range translate(call, sse.Read(bytes.NewReader(in.Bytes()))) {
			if err != nil {
				b.Fatal(err)
			}
			n += len(ev.Data)
		}
		if n == 0 {
			b.Fatal("got no data, want some")
		}
	}
}
