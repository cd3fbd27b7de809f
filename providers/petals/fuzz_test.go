package petals

import (
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// FuzzAnswer holds that whatever a server says becomes JSON or an error, and
// that a failure has a class and a message.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"ok":true,"outputs":"a</s>"}`, `{"ok":false,"traceback":"T\nKeyError: 'm'\n"}`, `{"ok":false}`} {
		f.Add([]byte(seed))
	}
	call := &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Record: &llm.Record{}, To: &llm.Deployment{Provider: "petals", Model: "m"}}
	decode := Dialect(providertest.Now).Codecs[call.Key()].Decode
	f.Fuzz(func(t *testing.T, body []byte) {
		reply, err := decode(call, &wire.Response{Status: 200, Body: body})
		var e *llm.Error
		switch {
		case errors.As(err, &e) && (e.Class == 0 || e.Message == ""):
			t.Fatalf("got %+v, want a class and a message", e)
		case err == nil:
			if _, err := raw.Parse(reply.Body.Bytes()); err != nil {
				t.Fatalf("got %v in %s", err, reply.Body.Bytes())
			}
		}
	})
}
