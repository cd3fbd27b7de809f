package anthropic

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
)

// BenchmarkEvents is what a stream of 200 pieces of text costs, from the
// vendor's bytes to the caller's chunks.
func BenchmarkEvents(b *testing.B) {
	var in bytes.Buffer
	write := func(data string) { fmt.Fprintf(&in, "event: e\ndata: %s\n\n", data) }
	write(`{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"usage":{"input_tokens":25,"output_tokens":1}}}`)
	write(`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
	for range 200 {
		write(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"The \"gate\" is open. "}}`)
	}
	write(`{"type":"content_block_stop","index":0}`)
	write(`{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":200}}`)
	write(`{"type":"message_stop"}`)
	call := by("claude-sonnet-4-5")(raw.Object{})
	translate := codec().Events
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

// BenchmarkEncode is what a request of 40 turns with a tool costs.
func BenchmarkEncode(b *testing.B) {
	a, err := txtar.ParseFile("testdata/tool_results.txt")
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range a.Files {
		if f.Name != "call" {
			continue
		}
		o, err := raw.Parse(bytes.TrimSpace(f.Data))
		if err != nil {
			b.Fatal(err)
		}
		turn := `{"role":"user","content":"` + strings.Repeat("words ", 200) + `"},{"role":"assistant","content":[{"type":"text","text":"` + strings.Repeat("more ", 200) + `"}]},`
		v, _ := o.Raw("messages")
		messages := strings.Replace(string(v), "[", "["+strings.Repeat(turn, 20), 1)
		call := by("claude-sonnet-4-5")(o.WithRaw("messages", []byte(messages)))
		b.SetBytes(int64(len(messages)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := encode(call); err != nil {
				b.Fatal(err)
			}
		}
		return
	}
	b.Fatal(os.ErrNotExist)
}
