package chat_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func callOf(body raw.Object) *llm.Call {
	call := providertest.To(llm.Chat, "acme", "m")(body)
	call.Options.IncludeUsage = false
	return call
}

func requestOf(t testing.TB, body string) *chat.Request {
	t.Helper()
	return chat.Read(callOf(providertest.Object(t, body)))
}
