package formattest

import (
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Odd holds that replies and a stream's chunks that are no chat are their
// provider's fault.
func (k Kit) Odd(t *testing.T, replies, chunks []string) {
	k.checkCalls(t)
	call := k.Call(t, k.Calls[0])
	for _, text := range replies {
		if _, err := k.Bridge.Reply(call, &llm.Reply{Body: Object(t, text)}); !errors.Is(err, llm.BadGatewayError) {
			t.Errorf("%s: got %v, want a BadGatewayError", text, err)
		}
	}
	for _, text := range chunks {
		h := listen(t, k.Bridge.Events(call, Events(llm.Event{Data: []byte(text), Last: true})))
		if !errors.Is(h.err, llm.BadGatewayError) || len(h.events) > 0 && h.events[len(h.events)-1].Last {
			t.Errorf("%s: got %+v, %v, want a BadGatewayError alone", text, h.events, h.err)
		}
	}
}
