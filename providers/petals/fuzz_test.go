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
	call := providertest.To(llm.Chat, "petals", "m")(raw.Object{})
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		if e := (*llm.Error)(nil); errors.As(err, &e) && e.Message == "" {
			t.Fatalf("got %v, want a message", e)
		}
	})
}
