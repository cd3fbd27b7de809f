package embed

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask makes a call of a body.
func ask(t testing.TB, op llm.Op, body string) *llm.Call {
	t.Helper()
	o, err := raw.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return &llm.Call{
		Op: op, Format: llm.OpenAI, Body: o, Record: &llm.Record{RequestID: "r"},
		To: &llm.Deployment{Provider: "vendor", Model: "m"},
	}
}

// said is the message of an error, with the member that it is about.
func said(err error) string {
	if e, ok := err.(*llm.Error); ok {
		return e.Class.Error() + " " + e.Param + ": " + e.Message
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
