package huggingface

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func chats() providertest.CallOf { return providertest.To(llm.Chat, "huggingface", task+"tgi") }

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), chats()) }

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), chats()) }

// FuzzEvents is about streams of TGI's own.
func FuzzEvents(f *testing.F) {
	providertest.FuzzEvents(f, Dialect(providertest.Now), chats(), "event-stream", nil)
}
