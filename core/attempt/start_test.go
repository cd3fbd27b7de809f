package attempt_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vendor is the provider an attempt calls: it keeps the call it got and
// answers by a function.
type vendor struct {
	got    *llm.Call
	answer func(ctx context.Context, call *llm.Call) (*llm.Reply, error)
}

func (v *vendor) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	v.got = call
	if v.answer != nil {
		return v.answer(ctx, call)
	}
	if call.Stream {
		return &llm.Reply{Events: words(ctx, 0, "a", "b")}, nil
	}
	return &llm.Reply{Body: raw.Object{}.WithText("said", "a")}, nil
}

// words streams texts with a pause before each; it ends as a network read does
// when the context does.
func words(ctx context.Context, pause time.Duration, texts ...string) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for i, s := range texts {
			if err := wait(ctx, pause); err != nil {
				yield(llm.Event{}, err)
				return
			}
			if !yield(llm.Event{Data: []byte(s), Last: i == len(texts)-1}, nil) {
				return
			}
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// to is an Attempt that calls v for the provider "acme".
func to(v *vendor) *attempt.Attempt {
	return &attempt.Attempt{
		Lookup: func(name string) (llm.Provider, bool) { return v, name == "acme" },
		Now:    time.Now,
	}
}

// ask is a call of a deployment, with a body.
func ask(body string) *llm.Call {
	o, err := raw.Parse([]byte(body))
	if err != nil {
		panic(err)
	}
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: o, Model: "group", Record: &llm.Record{RequestID: "r1"},
		To: &llm.Deployment{ID: "d1", Group: "group", Provider: "acme", Model: "large"},
	}
}

// read reads a reply to its end: its texts, or its body.
func read(reply *llm.Reply) (string, error) {
	defer reply.Close()
	if reply.Events == nil {
		return string(reply.Body.Bytes()), nil
	}
	var b strings.Builder
	for ev, err := range reply.Events {
		if err != nil {
			return b.String(), err
		}
		b.Write(ev.Data)
	}
	return b.String(), nil
}

func class(err error) llm.Class {
	var e *llm.Error
	if errors.As(err, &e) {
		return e.Class
	}
	return 0
}

func object(text string) raw.Object {
	o, err := raw.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return o
}

func ptr[T any](v T) *T { return &v }
