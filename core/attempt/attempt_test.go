package attempt_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestDefaults: a deployment's parameters fill in what the request leaves out,
// and extra_body has the last word.
func TestDefaults(t *testing.T) {
	for _, c := range []struct{ name, body, params, extra, want string }{
		{"none", `{ "a" : 1 }`, `{}`, `{}`, `{ "a" : 1 }`},
		{"added", `{"a":1}`, `{"temperature":0.5}`, `{}`, `{"a":1,"temperature":0.5}`},
		{"the request's own", `{"temperature":1}`, `{"temperature":0.5}`, `{}`, `{"temperature":1}`},
		{"null is not set", `{"temperature":null}`, `{"temperature":0.5}`, `{}`, `{"temperature":0.5}`},
		{"false and zero are", `{"a":false,"b":0,"c":""}`, `{"a":true,"b":1,"c":"x"}`, `{}`, `{"a":false,"b":0,"c":""}`},
		{"one limit under two names", `{"max_completion_tokens":9}`, `{"max_tokens":5}`, `{}`, `{"max_completion_tokens":9}`},
		{"and back", `{"max_tokens":9}`, `{"max_completion_tokens":5}`, `{}`, `{"max_tokens":9}`},
		{"a limit that is null", `{"max_tokens":null}`, `{"max_completion_tokens":5}`, `{}`, `{"max_tokens":null,"max_completion_tokens":5}`},
		{"extra_body over both", `{"a":1}`, `{"b":2}`, `{"a":3,"b":4,"c":5}`, `{"a":3,"b":4,"c":5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &vendor{}
			call := ask(c.body)
			call.To.Params, call.Options.ExtraBody = object(c.params), object(c.extra)
			if _, err := to(v).Do(t.Context(), call); err != nil {
				t.Fatal(err)
			}
			if got := string(v.got.Body.Bytes()); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestDropParams: the caller's word, else the deployment's.
func TestDropParams(t *testing.T) {
	for _, c := range []struct{ caller, deployment, want *bool }{
		{nil, nil, nil},
		{nil, ptr(true), ptr(true)},
		{ptr(false), ptr(true), ptr(false)},
		{ptr(true), nil, ptr(true)},
	} {
		v := &vendor{}
		call := ask(`{}`)
		call.Options.DropParams, call.To.DropParams = c.caller, c.deployment
		if _, err := to(v).Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
		if got := v.got.Options.DropParams; !reflect.DeepEqual(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
}

// safe is the operator's credential.
type safe struct{}

func (safe) Value(context.Context, string) (string, error) { return "sk-operator", nil }

// TestOwnCredentials: what a caller brings takes the place of the operator's,
// and an address of theirs gets nothing of the operator's.
func TestOwnCredentials(t *testing.T) {
	for _, c := range []struct {
		name      string
		base, key string // the caller's
		wantBase  string
		wantKey   string
		foreign   bool
		headers   bool // the operator's are sent
	}{
		{name: "nothing", wantBase: "https://operator.test", wantKey: "sk-operator", headers: true},
		{name: "a key", key: "sk-caller", wantBase: "https://operator.test", wantKey: "sk-caller", headers: true},
		{name: "an address", base: "https://caller.test", wantBase: "https://caller.test", foreign: true},
		{name: "both", base: "https://caller.test", key: "sk-caller", wantBase: "https://caller.test", wantKey: "sk-caller", foreign: true},
		{name: "the operator's address named again", base: "https://operator.test", wantBase: "https://operator.test", foreign: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &vendor{}
			call := ask(`{}`)
			call.To.Base, call.To.Credential, call.To.Headers = "https://operator.test", safe{}, http.Header{"X-Team": {"secret"}}
			call.Options.APIBase, call.Options.APIKey = c.base, c.key
			if _, err := to(v).Do(t.Context(), call); err != nil {
				t.Fatal(err)
			}
			got := v.got.To
			key, err := got.Credential.Value(t.Context(), "api_key")
			if err != nil || key != c.wantKey {
				t.Errorf("got key %q, %v, want %q", key, err, c.wantKey)
			}
			if env, _ := got.Credential.Value(t.Context(), "ACME_API_KEY"); (env != "") != (c.base == "" && c.key == "") {
				t.Errorf("got %q from the operator's environment", env)
			}
			if got.Base != c.wantBase || got.Foreign != c.foreign || (got.Headers != nil) != c.headers {
				t.Errorf("got base %q, foreign %v, headers %v, want %q, %v, %v", got.Base, got.Foreign, got.Headers, c.wantBase, c.foreign, c.headers)
			}
		})
	}
}

// changing is a credential that may change where it is kept.
type changing struct {
	safe
	refused int
}

func (c *changing) Refused() { c.refused++ }

// TestRefused: a credential is told that a provider did not take it, and of no
// other failure.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		key  string // the caller's
		want int
	}{
		{"taken", nil, "", 0},
		{"refused", &llm.Error{Class: llm.AuthenticationError}, "", 1},
		{"another failure", &llm.Error{Class: llm.RateLimitError}, "", 0},
		{"the caller's own", &llm.Error{Class: llm.AuthenticationError}, "sk-caller", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			cred := &changing{}
			call := ask(`{}`)
			call.To.Credential, call.Options.APIKey = cred, c.key
			v := &vendor{answer: func(context.Context, *llm.Call) (*llm.Reply, error) { return &llm.Reply{}, c.err }}
			if _, err := to(v).Do(t.Context(), call); !errors.Is(err, c.err) {
				t.Errorf("got %v, want %v", err, c.err)
			}
			if cred.refused != c.want {
				t.Errorf("got %d refusals told, want %d", cred.refused, c.want)
			}
		})
	}
}

// TestCallIsNotChanged: another try starts from what the caller sent.
func TestCallIsNotChanged(t *testing.T) {
	for _, stream := range []bool{false, true} {
		v := &vendor{}
		call := ask(`{"a":1}`)
		call.Stream = stream
		call.To.Params, call.To.DropParams, call.To.Mock = object(`{"b":2}`), ptr(true), nil
		call.Options.ExtraBody, call.Options.APIBase = object(`{"c":3}`), "https://caller.test"
		before, deployment := *call, *call.To
		reply, err := to(v).Do(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(reply); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(*call, before) || !reflect.DeepEqual(*call.To, deployment) {
			t.Errorf("stream %v: the call was changed: got %+v to %+v", stream, *call, *call.To)
		}
		if v.got == call || v.got.To == call.To {
			t.Errorf("stream %v: the provider got the caller's own call", stream)
		}
	}
}

func TestUnknownProvider(t *testing.T) {
	call := ask(`{}`)
	call.To.Provider = "acmee"
	if _, err := to(&vendor{}).Do(t.Context(), call); class(err) != llm.BadRequestError {
		t.Errorf("got %v, want BadRequestError", err)
	}
}

// TestRecord: what is written down of a try.
func TestRecord(t *testing.T) {
	call := ask(`{}`)
	call.Stream = true
	call.Record.Base = "https://first.test" // of the try before
	reply, err := to(&vendor{}).Do(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Close()
	rec := call.Record
	if rec.Deployment != "d1" || rec.Provider != "acme" || rec.Base != "" || rec.FirstEvent.IsZero() {
		t.Errorf("got %+v, want the deployment, its provider, no address of another and the time of the first event", rec)
	}
}

// TestExtraBodyIsTheLast: raw objects are shared between tries.
func TestExtraBodyIsTheLast(t *testing.T) {
	shared := raw.Object{}.WithText("user", "one")
	for range 2 {
		v := &vendor{}
		call := ask(`{"user":"two"}`)
		call.Options.ExtraBody = shared
		if _, err := to(v).Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
		if got := string(v.got.Body.Bytes()); got != `{"user":"one"}` {
			t.Errorf("got %s, want the extra body's", got)
		}
	}
}
