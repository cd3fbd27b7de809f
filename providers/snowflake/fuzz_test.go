package snowflake

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func chats() providertest.CallOf { return providertest.To(llm.Chat, "snowflake", "m") }

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), chats()) }

func FuzzReply(f *testing.F) { providertest.FuzzReply(f, Dialect(providertest.Now), chats()) }
