package responses

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// responder is a vendor of the responses API alone.
func responder() wire.Provider {
	codecs := map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.Responses}: Codec()}
	return wire.Provider{Name: "openai", Dialect: wire.Dialect{Codecs: codecs, Fail: chat.Fail}}
}

func TestResponses(t *testing.T) { providertest.Run(t, responder(), "testdata/*.txt") }

func responseTo(body raw.Object, stream bool) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.Responses, Body: body, Stream: stream, Record: &llm.Record{},
		To: &llm.Deployment{Provider: "openai", Model: "gpt-5.4"},
	}
}

// TestResponsesStream: a stream is asked for as one, however its caller put it.
func TestResponsesStream(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{"model":"gpt-5.4","stream":true,"input":"a"}`, `{"model":"gpt-5.4","stream":true,"input":"a"}`},
		{`{"model":"group","stream":"true"}`, `{"model":"gpt-5.4","stream":true}`},
		{`{}`, `{"model":"gpt-5.4","stream":true}`},
	} {
		body := providertest.Object(t, c.body)
		req, err := encodeResponses(responseTo(body, true))
		if err != nil || string(req.Body) != c.want {
			t.Errorf("%s: got %v, %v, want %s", c.body, req, err, c.want)
		}
	}
}

// FuzzResponsesRequest holds that every member arrives as its caller wrote it,
// save the model's name and whether to stream.
func FuzzResponsesRequest(f *testing.F) {
	f.Add(`{"model":"openai/gpt-5.4","input":[{"role":"user","content":"é \u00e9"}],"temperature":1.0,"stream":false}`, true)
	f.Fuzz(func(t *testing.T, body string, stream bool) {
		of := func(o raw.Object) *llm.Call { return responseTo(o, stream) }
		req := providertest.CheckEncode(t, responder().Dialect, of, body)
		if req == nil {
			return
		}
		sent, err := raw.Parse(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		asked := providertest.Object(t, body)
		for name, v := range asked.All() {
			if name == "model" || name == "stream" || name == "input" && bytes.Contains(v, []byte("reasoning")) { // see TestForeign
				continue
			}
			if got, _ := sent.Raw(name); string(got) != string(v) {
				t.Fatalf("%s: got %s, want %s", name, got, v)
			}
		}
	})
}

// FuzzResponses holds that an answer is refused or becomes an object, and that
// the last event of a stream is the vendor's own.
func FuzzResponses(f *testing.F) {
	f.Add([]byte(`{"object":"response","status":"completed","output":[{"type":"web_search_call"}],"usage":{"input_tokens":1,"output_tokens":2}}`))
	f.Add([]byte("event: response.created\ndata: {\"type\":\"response.created\"}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":1}}}\n\n"))
	f.Add([]byte("data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_error\",\"message\":\"m\"}}}\n\n"))
	d := responder().Dialect
	f.Fuzz(func(t *testing.T, body []byte) {
		providertest.CheckDecode(t, d, responseTo(raw.Object{}, false), &wire.Response{Status: 200, Body: body})
		_, whole := providertest.CheckEnd(t, d, responseTo(raw.Object{}, true), body)
		if whole && !bytes.Contains(body, []byte("response.completed")) && !bytes.Contains(body, []byte("response.incomplete")) && !bytes.Contains(body, []byte(`\u`)) && !bytes.Contains(body, []byte(`\/`)) {
			t.Fatalf("got Last without an end in %s", body)
		}
	})
}
