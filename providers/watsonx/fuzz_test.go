package watsonx

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func chats() providertest.CallOf { return providertest.To(llm.Chat, "watsonx", "m") }

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, dialect(providertest.Now), chats()) }

func FuzzReply(f *testing.F) { providertest.FuzzReply(f, dialect(providertest.Now), chats()) }
