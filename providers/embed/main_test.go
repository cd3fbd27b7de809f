package embed

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask makes a call of a body.
func ask(t testing.TB, op llm.Op, body string) *llm.Call {
	t.Helper()
	return providertest.To(op, "vendor", "m")(providertest.Object(t, body))
}

// said is the message of an error, with the member that it is about if it is
// one to be told.
func said(err error) string {
	if e, ok := err.(*llm.Error); ok {
		return e.Class.Error() + " " + e.Param + ": " + e.Message
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
