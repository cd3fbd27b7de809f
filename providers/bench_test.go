package providers

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// BenchmarkEncode is what it costs to say a conversation of 110 KB in a
// vendor's words.
func BenchmarkEncode(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`{"model":"m","temperature":0.7,"max_tokens":256,"messages":[{"role":"system","content":"You answer in one short paragraph."}`)
	for text.Len() < 110<<10 {
		fmt.Fprintf(&text, `,{"role":"user","content":"%s\n"}`, strings.Repeat("Tell me more about the history of toll gates. ", 8))
	}
	text.WriteString("]}")
	body, err := raw.Parse(text.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"anthropic", "gemini", "bedrock", "cohere"} {
		b.Run(name, func(b *testing.B) {
			p := factories()[name](nil, nil, providertest.Now).(*wire.Provider)
			encode := p.Dialect.Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}].Encode
			call := &llm.Call{
				Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
				To: &llm.Deployment{Provider: name, Model: "amazon.nova-lite-v1:0"},
			}
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := encode(call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
