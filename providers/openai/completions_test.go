package openai

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// completer is a vendor of completions alone.
func completer(q Quirks) wire.Provider {
	codecs := map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.Completions}: Completions(q, providertest.Now)}
	return wire.Provider{Name: "openai", Dialect: wire.Dialect{Codecs: codecs, Fail: chat.Fail}}
}

func TestCompletions(t *testing.T) {
	providertest.Run(t, completer(Quirks{}), "testdata/completions/*.txt")
}

func completion(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.Completions, Body: body, Record: &llm.Record{},
		To: &llm.Deployment{Provider: "openai", Model: "m"},
	}
}

// TestCompletionsWithoutStreamOptions: a vendor that does not take the member
// never gets it; any other gets a second request without what was added.
func TestCompletionsWithoutStreamOptions(t *testing.T) {
	body := providertest.Object(t, `{"model":"m","prompt":"a","stream":true,"stream_options":{"include_usage":true}}`)
	call := completion(body)
	call.Stream = true
	for _, c := range []struct {
		quirks Quirks
		body   raw.Object
		want   string
		added  string
	}{
		{Quirks{NoStreamOptions: true}, body, `{"model":"m","prompt":"a","stream":true}`, ""},
		{Quirks{}, body, string(body.Bytes()), ""},
		{Quirks{}, body.Without("stream_options"), string(body.Bytes()), "stream_options"},
	} {
		call.Body = c.body
		req, err := Completions(c.quirks, providertest.Now).Encode(call)
		if err != nil {
			t.Fatal(err)
		}
		if string(req.Body) != c.want || req.Added != c.added {
			t.Errorf("got %s with %q added, want %s with %q", req.Body, req.Added, c.want, c.added)
		}
		if c.added != "" && !bytes.Equal(req.Without(), c.body.Bytes()) {
			t.Errorf("got %s without it, want %s", req.Without(), c.body.Bytes())
		}
	}
}

func FuzzCompletions(f *testing.F) {
	f.Add([]byte("data: {\"choices\":[{\"text\":\"a\",\"index\":0,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}\n\ndata: [DONE]\n\n"))
	f.Add([]byte(`{"id":"x","choices":[{"text":"a"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, call := completer(Quirks{}).Dialect, completion(raw.Object{})
		providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		providertest.CheckEnd(t, d, call, body)
	})
}
