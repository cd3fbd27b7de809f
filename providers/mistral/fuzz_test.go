package mistral

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func chats() providertest.CallOf { return providertest.To(llm.Chat, "mistral", "mistral-small-latest") }

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), chats()) }

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), chats()) }

// FuzzEvents passes on what is no JSON: that is OpenAI's dialect.
func FuzzEvents(f *testing.F) {
	providertest.FuzzEnd(f, Dialect(providertest.Now), chats(), "event-stream", nil)
}
