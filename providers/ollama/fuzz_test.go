package ollama

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func chats() providertest.CallOf { return providertest.To(llm.Chat, "ollama", "llama3.2") }

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), chats()) }

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), chats()) }

// FuzzEvents holds that a stream ends with Last only after a line that is done,
// which may be written with escapes.
func FuzzEvents(f *testing.F) {
	providertest.FuzzEvents(f, Dialect(providertest.Now), chats(), "ndjson", providertest.Says("done", `\u`))
}
