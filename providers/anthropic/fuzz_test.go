package anthropic

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// by makes calls of one model.
func by(model string) providertest.CallOf { return providertest.To(llm.Chat, "anthropic", model) }

func codec() wire.Codec {
	return Dialect(providertest.Now).Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
}

func FuzzEncode(f *testing.F) {
	for _, call := range providertest.Seeds(f, "call") {
		f.Add(call, "claude-sonnet-4-5")
		f.Add(call, "claude-3-5-haiku")
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body, model string) { providertest.CheckEncode(t, d, by(model), body) })
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), by("claude-sonnet-4-5"))
}

// FuzzEvents holds that a stream ends with Last only after a stop reason and
// message_stop.
func FuzzEvents(f *testing.F) {
	providertest.FuzzEvents(f, Dialect(providertest.Now), by("claude-sonnet-4-5"), "event-stream", func(body, sent []byte) bool {
		return bytes.Contains(sent, []byte(`"finish_reason":"`)) && bytes.Contains(body, []byte("message_stop"))
	})
}
