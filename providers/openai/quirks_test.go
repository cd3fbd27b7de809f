package openai

import (
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestQuirks(t *testing.T) {
	drop, keep := true, false
	mistral := Quirks{
		Rename:          map[string]string{"max_completion_tokens": "max_tokens", "seed": "random_seed"},
		Unsupported:     []string{"logit_bias", "n", "user"},
		NoStreamOptions: true,
	}
	for _, c := range []struct {
		name       string
		quirks     Quirks
		drop       *bool
		body, want string
		refused    string // the member at fault
	}{
		{name: "none", body: `{"seed": 1.0, "x" : 2}`, want: `{"seed": 1.0, "x" : 2}`},
		{name: "nothing to do keeps the bytes", quirks: mistral, body: `{"temperature": 1.0 }`, want: `{"temperature": 1.0 }`},
		{name: "renamed, number as written", quirks: mistral, body: `{"seed":12345678901234567890}`, want: `{"random_seed":12345678901234567890}`},
		{name: "the new word wins", quirks: mistral, body: `{"max_tokens":1,"max_completion_tokens":2}`, want: `{"max_tokens":2}`},
		{name: "stream options", quirks: mistral, body: `{"stream_options":{"include_usage":true},"x":1}`, want: `{"x":1}`},
		{name: "refused", quirks: mistral, body: `{"user":"u","logit_bias":{"1":2}}`, refused: "logit_bias"},
		{name: "refused by a deployment that says so", quirks: mistral, drop: &keep, body: `{"user":"u"}`, refused: "user"},
		{name: "dropped", quirks: mistral, drop: &drop, body: `{"user":"u","x":1,"n":2}`, want: `{"x":1}`},
		{name: "null and defaults ask for nothing", quirks: mistral, body: `{"user":null,"n":1,"logit_bias":{},"x":1}`, want: `{"x":1}`},
		{name: "value", quirks: Quirks{Values: map[string]map[string]string{"tool_choice": {`"required"`: `"any"`}}}, body: `{"tool_choice":"required","x":"required"}`, want: `{"tool_choice":"any","x":"required"}`},
		{name: "other value", quirks: Quirks{Values: map[string]map[string]string{"tool_choice": {`"required"`: `"any"`}}}, body: `{"tool_choice":"auto"}`, want: `{"tool_choice":"auto"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := providertest.Object(t, c.body)
			call := &llm.Call{Body: body, To: &llm.Deployment{Provider: "mistral", DropParams: c.drop}}
			got, err := c.quirks.apply(call, body)
			if c.refused != "" {
				var e *llm.Error
				if !errors.As(err, &e) || e.Class != llm.UnsupportedParamsError || e.Param != c.refused {
					t.Errorf("got %v, want an UnsupportedParamsError about %s", err, c.refused)
				}
				return
			}
			if err != nil || string(got.Bytes()) != c.want {
				t.Errorf("got %s, %v, want %s", got.Bytes(), err, c.want)
			}
			if string(body.Bytes()) != c.body {
				t.Errorf("the original became %s", body.Bytes())
			}
		})
	}
}

func TestPath(t *testing.T) {
	for path, want := range map[string]string{"": "/chat/completions", "/v1/chat/completions": "/v1/chat/completions"} {
		if got := (Quirks{Path: path}).path(); got != want {
			t.Errorf("Path %q: got %q, want %q", path, got, want)
		}
	}
}
