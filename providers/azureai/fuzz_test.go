package azureai

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func chats() providertest.CallOf { return providertest.To(llm.Chat, "azure_ai", "DeepSeek-V3.1") }

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, dialect(providertest.Now), chats()) }

func FuzzReply(f *testing.F) { providertest.FuzzReply(f, dialect(providertest.Now), chats()) }
