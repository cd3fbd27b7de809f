package gateway_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/gateway"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// next is what the gateway hands a call to.
type next func(call *llm.Call) (*llm.Reply, error)

func (n next) Do(_ context.Context, call *llm.Call) (*llm.Reply, error) { return n(call) }

// serving is a gateway where "alias" is the model "real" and "" is "first".
func serving(n next) *gateway.Gateway {
	return &gateway.Gateway{Next: n, Resolve: func(name string) (string, error) {
		switch name {
		case "":
			return "first", nil
		case "alias":
			return "real", nil
		case "unknown":
			return "", &llm.Error{Class: llm.BadRequestError, Param: "model"}
		}
		return name, nil
	}}
}

func ask(model string, may ...string) *llm.Call {
	return &llm.Call{Model: model, Caller: &llm.Caller{Models: may}, Record: &llm.Record{}}
}

// TestModel: a caller is held to the model that a name stands for.
func TestModel(t *testing.T) {
	for _, c := range []struct {
		name, model string
		may         []string
		want        string
		class       llm.Class
	}{
		{"itself", "real", nil, "real", 0},
		{"default", "", nil, "first", 0},
		{"alias", "alias", nil, "real", 0},
		{"allowed", "real", []string{"real"}, "real", 0},
		{"allowed by what it stands for", "alias", []string{"real"}, "real", 0},
		{"allowed default", "", []string{"first"}, "first", 0},
		{"not allowed", "other", []string{"real"}, "", llm.AuthenticationError},
		{"not allowed by its alias", "alias", []string{"alias"}, "", llm.AuthenticationError},
		{"not allowed default", "", []string{"real"}, "", llm.AuthenticationError},
		{"unknown", "unknown", nil, "", llm.BadRequestError},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			call := ask(c.model, c.may...)
			_, err := serving(func(call *llm.Call) (*llm.Reply, error) {
				got = call.Model
				return &llm.Reply{}, nil
			}).Serve(t.Context(), call)
			if got != c.want {
				t.Errorf("got a call of %q, want %q", got, c.want)
			}
			if c.class == 0 {
				if err != nil || call.Record.Model != c.want || call.Record.Class != 0 {
					t.Errorf("got %v and record %+v, want the model in it", err, call.Record)
				}
			} else if !errors.Is(err, c.class) || call.Record.Class != c.class || call.Record.Cause == nil {
				t.Errorf("got %v and record %+v, want %s in both", err, call.Record, c.class)
			}
			if call.Model != c.model {
				t.Errorf("the call was changed: its model is %q", call.Model)
			}
		})
	}
}

// TestRefusalNamesParam is the error of a model that is not the caller's.
func TestRefusalNamesParam(t *testing.T) {
	_, err := serving(nil).Serve(t.Context(), ask("other", "real"))
	var e *llm.Error
	if !errors.As(err, &e) || e.Type != "key_model_access_denied" || e.Param != "model" {
		t.Errorf("got %+v, want key_model_access_denied about model", err)
	}
}

// TestUsage: it is in the record before what reports it is released.
func TestUsage(t *testing.T) {
	used := llm.Usage{Known: true, In: 3, Out: 4}
	call := ask("m")
	reply, err := serving(func(*llm.Call) (*llm.Reply, error) {
		return &llm.Reply{Body: raw.Object{}, Usage: used}, nil
	}).Serve(t.Context(), call)
	if err != nil || reply.Events != nil || call.Record.Usage != used {
		t.Errorf("plain: got %v and %+v, want the usage", err, call.Record.Usage)
	}

	call = ask("m")
	reply, err = serving(func(*llm.Call) (*llm.Reply, error) {
		return &llm.Reply{Events: func(yield func(llm.Event, error) bool) {
			_ = yield(llm.Event{Data: []byte("a")}, nil) && yield(llm.Event{Last: true, Usage: &used}, nil)
		}}, nil
	}).Serve(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	for ev, err := range reply.Events {
		if err != nil || ev.Last != call.Record.Usage.Known {
			t.Errorf("at last %v: got %+v, %v, want the usage with the last event", ev.Last, call.Record.Usage, err)
		}
	}
}

// TestStreamError: it is written down and ends the stream, and one of no class
// gets one that shows nothing of it.
func TestStreamError(t *testing.T) {
	for _, c := range []struct {
		err   error
		class llm.Class
	}{
		{&llm.Error{Class: llm.Timeout, Message: "slow"}, llm.Timeout},
		{errors.New("dial 10.0.0.1"), llm.InternalServerError},
	} {
		call := ask("m")
		reply, err := serving(func(*llm.Call) (*llm.Reply, error) {
			return &llm.Reply{Events: func(yield func(llm.Event, error) bool) {
				_ = yield(llm.Event{Data: []byte("a")}, nil) && yield(llm.Event{}, c.err)
			}}, nil
		}).Serve(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		var last error
		for _, err := range reply.Events {
			last = err
		}
		var e *llm.Error
		if !errors.As(last, &e) || e.Class != c.class || !errors.Is(last, c.err) || call.Record.Class != c.class || call.Record.Cause == nil {
			t.Errorf("got %v and record %+v, want %s in both", last, call.Record, c.class)
		}
		if e != nil && e.Err == c.err && e.Message != "the gateway failed" {
			t.Errorf("got message %q, want nothing of the cause", e.Message)
		}
	}
}
