package wire_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestLeftover: what becomes of members that a dialect did not take.
func TestLeftover(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		name               string
		body               string
		caller, deployment *bool  // drop_params
		want               string // of the rest; "" when it is refused
		param              string
	}{
		{name: "all taken", body: `{"model":"m","messages":[]}`, want: `{}`},
		{name: "the vendor's own goes on", body: `{"model":"m","top_k":40,"safety":{"b":1,"a":2}}`, want: `{"top_k":40,"safety":{"b":1,"a":2}}`},
		{name: "OpenAI's is refused", body: `{"model":"m","top_k":40,"seed":1,"logit_bias":{}}`, param: "seed"},
		{name: "or dropped as the deployment says", body: `{"top_k":40,"seed":1}`, deployment: &yes, want: `{"top_k":40}`},
		{name: "or the caller", body: `{"top_k":40,"seed":1}`, caller: &yes, want: `{"top_k":40}`},
		{name: "who has the last word", body: `{"seed":1}`, caller: &no, deployment: &yes, param: "seed"},
		{name: "null asks for nothing", body: `{"seed":null,"top_k":null}`, want: `{"top_k":null}`},
		{name: "another case is the vendor's own", body: `{"Seed":1}`, want: `{"Seed":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := raw.Parse([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			call := ask("", "large", false)
			call.Body, call.Options.DropParams, call.To.DropParams = body, c.caller, c.deployment
			rest, err := wire.Leftover(call, "model", "messages")
			if c.param == "" {
				if err != nil || string(rest.Bytes()) != c.want {
					t.Errorf("got %s, %v, want %s", rest.Bytes(), err, c.want)
				}
				return
			}
			e := failure(t, err)
			if e.Class != llm.UnsupportedParamsError || e.Param != c.param || !strings.Contains(e.Message, c.param) || !strings.Contains(e.Message, "drop_params") {
				t.Errorf("got %+v, want an UnsupportedParamsError about %s", e, c.param)
			}
		})
	}
}

// TestSpeaks: an operation without a codec is not offered, said in one place.
func TestSpeaks(t *testing.T) {
	p := vendor(t)
	if !p.Speaks(llm.Chat, llm.OpenAI) || p.Speaks(llm.Chat, llm.Format(99)) || p.Speaks(llm.Op(99), llm.OpenAI) {
		t.Error("got another answer than the dialect's codecs give")
	}
	call := ask("https://a.test", "m", false)
	call.Op = llm.Op(99)
	if e := failure(t, run(t, p, call)); e.Class != llm.BadRequestError || !strings.Contains(e.Message, "does not offer") {
		t.Errorf("got %v, want that it is not offered", e)
	}
	codec := p.Dialect.Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
	codec.Events = nil
	p.Dialect.Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}] = codec
	if e := failure(t, run(t, p, ask("https://a.test", "m", true))); e.Class != llm.BadRequestError {
		t.Errorf("got %v, want that it does not stream", e)
	}
}
