// Package formattest holds a front format to what all of them promise: that a
// call is said in OpenAI's words without being changed, and that what is
// answered in these comes back in the caller's, whole or not at all. A format
// gives its functions as a Kit; a case is a golden file of its testdata.
package formattest

import (
	"encoding/json"
	"iter"
	"testing"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Kit is a format to be tested.
type Kit struct {
	Format llm.Format
	Bridge attempt.Bridge // Call, Reply and Events
	// Address names the members that are of a request's address, not its body.
	Address []string
	// Calls are good calls, each of which all golden streams may answer.
	Calls []string
	// Said is what a client reads in the events of a stream, which may break
	// off, or in a plain reply, given as one event; and what it reads of the
	// usage. It fails on events that a client would not understand.
	Said func(t TB, call *llm.Call, events []llm.Event) (said, usage any)
	// Joined leaves out of what was said how it was cut into pieces; nil where
	// Said has none.
	Joined func(said any) any
	// Deep says that chunks which are JSON on their surface only are refused.
	Deep bool
	// Asked holds what the format promises of a call beyond the rest; may be nil.
	// Of a call that is refused, asked is nil.
	Asked func(t TB, call, asked *llm.Call)
}

// TB is what the tests of testing and of rapid have in common.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Object reads an object.
func Object(t TB, text string) raw.Object {
	t.Helper()
	o, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

// Call reads a call as the gateway does.
func (k Kit) Call(t TB, text string) *llm.Call { return k.callOf("m", Object(t, text)) }

// callOf is a call for a model of a deployment's.
func (k Kit) callOf(model string, body raw.Object) *llm.Call {
	var own struct {
		Stream  bool
		Drop    *bool `json:"drop_params"`
		Options struct {
			Usage bool `json:"include_usage"`
		} `json:"stream_options"`
	}
	_ = json.Unmarshal(body.Bytes(), &own) // what is of another type is for Call to refuse
	name, _ := body.Text("model")
	return &llm.Call{
		Op: llm.Chat, Format: k.Format, Model: name, Stream: own.Stream,
		Body:    body.Without("drop_params").Without(k.Address...),
		Options: llm.Options{DropParams: own.Drop, IncludeUsage: own.Options.Usage},
		To:      &llm.Deployment{Provider: "acme", Model: model}, Record: &llm.Record{RequestID: "r"},
	}
}

// Events are those of a provider.
func Events(all ...llm.Event) iter.Seq2[llm.Event, error] { return events(all, nil) }

// events end with err, if there is one. They share a buffer, as a provider's may.
func events(all []llm.Event, err error) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		var buf []byte
		for _, ev := range all {
			buf = append(buf[:0], ev.Data...)
			if ev.Data = buf; !yield(ev, nil) {
				return
			}
			clear(buf)
		}
		if err != nil {
			yield(llm.Event{}, err)
		}
	}
}

// checkCalls holds that the kit's calls are good ones: what is tested with them
// would else be nothing.
func (k Kit) checkCalls(t testing.TB) {
	t.Helper()
	if len(k.Calls) == 0 {
		t.Fatal("got no calls, want some")
	}
	for _, text := range k.Calls {
		if _, err := k.Bridge.Call(k.Call(t, text)); err != nil {
			t.Fatalf("%s: got %v, want a good call", text, err)
		}
	}
}
