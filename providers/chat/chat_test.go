package chat_test

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestTake(t *testing.T) {
	for _, c := range []struct{ body, want, err string }{
		{`{"x":{"a": 12345678901234567890}}`, `{"a": 12345678901234567890}`, ""},
		{`{"x":null}`, "", ""},
		{`{}`, "", ""},
		{`{"x":[{"a":1,"a":2}]}`, "", `BadRequestError x: x: duplicate member "a" at byte 8`},
	} {
		r := requestOf(t, c.body)
		v, ok, err := r.Take("x")
		if got := providertest.Refusal(t, err); got != c.err {
			t.Errorf("%s: got error %q, want %q", c.body, got, c.err)
		}
		if string(v) != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %s, %v, want %s", c.body, v, ok, c.want)
		}
		if rest, err := r.Rest(); err == nil && rest.Has("x") {
			t.Errorf("%s: got the member in the rest, want it done", c.body)
		}
	}
}

func TestRest(t *testing.T) {
	for _, c := range []struct {
		body, want, err string
		drop            bool
	}{
		{`{"model":"g","stream":true,"stream_options":{},"top_k":3}`, `{"top_k":3}`, "", false},
		{`{"a":1,"b":2}`, `{"b":2}`, "", false},
		{`{"seed":7,"n":2}`, "", "UnsupportedParamsError seed: acme does not support seed, n for m; set drop_params to leave out what a provider does not support", false},
		{`{"seed":7,"top_k":3}`, `{"top_k":3}`, "", true},
	} {
		call := callOf(providertest.Object(t, c.body))
		call.Options.DropParams = &c.drop
		r := chat.Read(call)
		r.Done("a")
		rest, err := r.Rest()
		if got := providertest.Refusal(t, err); got != c.err {
			t.Errorf("%s: got error %q, want %q", c.body, got, c.err)
		}
		if got := string(rest.Bytes()); err == nil && got != c.want {
			t.Errorf("%s: got %s, want %s", c.body, got, c.want)
		}
	}
}

func TestMove(t *testing.T) {
	r := requestOf(t, `{"top_p":0.10,"seed":null}`)
	out := r.Move(r.Move(raw.Object{}, "top_p", "p"), "seed", "random_seed")
	if got, want := string(out.Bytes()), `{"p":0.10}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if rest, err := r.Rest(); err != nil || rest.Len() > 0 {
		t.Errorf("got rest %s, %v, want none", rest.Bytes(), err)
	}
}

func TestUnsupported(t *testing.T) {
	got := providertest.Refusal(t, requestOf(t, `{}`).Unsupported("n", "several answers"))
	if want := "UnsupportedParamsError n: acme does not support several answers"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestInvalid(t *testing.T) {
	if got, want := providertest.Refusal(t, chat.Invalid("stop", "want %d", 4)), "BadRequestError stop: stop: want 4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestObjects(t *testing.T) {
	if _, err := chat.Parse("tools", []byte(`[]`)); providertest.Refusal(t, err) == "" {
		t.Error("parse of a list: got no error, want one")
	}
	from, err := chat.Parse("tools", []byte(`{"a": 1.0,"b":null,"c":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	out := chat.Number(chat.Copy(chat.Typed("tool"), from, "c", "b", "a", "d"), "n", -7)
	if got, want := string(out.Bytes()), `{"type":"tool","c":"x","a":1.0,"n":-7}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for name, want := range map[string]string{"o": `{"a":1}`, "l": `{}`, "none": `{}`} {
		if got := string(chat.Member(providertest.Object(t, `{"o":{"a":1},"l":[]}`), name).Bytes()); got != want {
			t.Errorf("member %s: got %s, want %s", name, got, want)
		}
	}
	for v, want := range map[string]bool{`"x"`: true, `""`: true, `{}`: false, `null`: false, ``: false} {
		if got := chat.IsText([]byte(v)); got != want {
			t.Errorf("IsText(%s): got %v, want %v", v, got, want)
		}
	}
}
