package providertest

import (
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// RunRefused plays a file of error cases against p, as answers to the call of a
// golden file: what each way to say no becomes, to the letter, where a vendor
// does one thing and has no words for all that may fail.
func RunRefused(t *testing.T, p wire.Provider, file, call string) {
	t.Helper()
	c := read(t, call)
	for _, r := range readRefusals(t, file) {
		t.Run(r.Name, func(t *testing.T) {
			var e *llm.Error
			if err := r.ask(t, p, c.call); !errors.As(err, &e) {
				t.Fatalf("got %v, want %s", err, r.Class)
			}
			if class, _ := llm.ClassNamed(r.Class); e.Class != class || e.Message != r.Message || e.Param != r.Param {
				t.Errorf("got %s %q of %q, want %s %q of %q", e.Class.Error(), e.Message, e.Param, r.Class, r.Message, r.Param)
			}
			if r.Code != "" && e.Code != r.Code {
				t.Errorf("got code %q, want %q", e.Code, r.Code)
			}
		})
	}
}
