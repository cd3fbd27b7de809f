package chat_test

import (
	"errors"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func object(t testing.TB, text string) raw.Object {
	t.Helper()
	o, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{RequestID: "test"},
		To: &llm.Deployment{Provider: "acme", Model: "m"},
	}
}

func requestOf(t testing.TB, body string) *chat.Request {
	t.Helper()
	return chat.Read(callOf(object(t, body)))
}

// refusal shows an error as the caller is told of it; "" when there is none.
func refusal(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *llm.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an llm.Error", err)
	}
	return e.Class.Error() + " " + e.Param + ": " + e.Message
}
