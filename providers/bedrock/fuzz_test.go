package bedrock

import (
	"bytes"
	"io"
	"iter"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func models() []string {
	return []string{
		"anthropic.claude-sonnet-4-5-v1:0", "anthropic.claude-3-haiku-v1:0", "meta.llama3-8b-instruct-v1:0", "invoke/us.amazon.nova-lite-v1:0",
		"invoke/anthropic.claude-3-haiku-v1:0", "invoke/amazon.titan-text-lite-v1", "invoke/us.deepseek.r1-v1:0", "invoke/openai.gpt-oss-20b-1:0",
	}
}

func callOf(body raw.Object, model int) *llm.Call {
	all := models()
	return providertest.To(llm.Chat, "bedrock", all[((model%len(all))+len(all))%len(all)])(body)
}

func codec() wire.Codec {
	return Dialect(providertest.Now).Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
}

func FuzzEncode(f *testing.F) {
	for i, call := range providertest.Seeds(f, "call") {
		f.Add(call, i)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body string, model int) {
		providertest.CheckEncode(t, d, func(o raw.Object) *llm.Call { return callOf(o, model) }, body)
	})
}

func FuzzDecode(f *testing.F) {
	for i, body := range providertest.Answers(f, "") {
		f.Add(body, i)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte, model int) {
		providertest.CheckDecode(t, d, callOf(raw.Object{}, model), &wire.Response{Status: 200, Body: body})
	})
}

// FuzzEvents writes an event as a line, its name, a space and its data: past
// the frames, whose checksums no fuzzer gets right.
func FuzzEvents(f *testing.F) {
	for i, body := range providertest.Answers(f, "eventstream") {
		f.Add(body, i)
	}
	c := codec()
	c.Frames = lines
	d := wire.Dialect{Codecs: map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.OpenAI}: c}}
	f.Fuzz(func(t *testing.T, body []byte, model int) {
		providertest.CheckEvents(t, d, callOf(raw.Object{}, model), body)
	})
}

func lines(in io.Reader) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		body, err := io.ReadAll(in)
		for line := range bytes.Lines(body) {
			name, data, _ := bytes.Cut(line, []byte(" "))
			if !yield(sse.Event{Name: string(name), Data: bytes.TrimSpace(data)}, err) {
				return
			}
		}
	}
}
