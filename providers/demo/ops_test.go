package demo

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestOperations: each operation answers in OpenAI's shape, and says what it
// counted.
func TestOperations(t *testing.T) {
	file := llm.File{Field: "file", Name: "a.wav", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("RIFF")), nil }}
	for _, c := range []struct {
		op         llm.Op
		body, want string // want is a part of the body, or of the media's type
		usage      llm.Usage
	}{
		{llm.Embeddings, `{"input":"hello world","dimensions":2}`, `"object":"list","data":[{"object":"embedding","index":0,"embedding":[`, llm.Usage{Known: true, In: 2}},
		{llm.Embeddings, `{"input":["a","b"],"encoding_format":"base64"}`, `{"object":"embedding","index":1,"embedding":"`, llm.Usage{Known: true, In: 2}},
		{llm.Rerank, `{"query":"toll gate","documents":["a river","the toll gate of the town"],"top_n":1,"return_documents":true}`, `"results":[{"index":1,`, llm.Usage{Known: true, Searches: 1}},
		{llm.Moderations, `{"input":["fine","objectionable"]}`, `{"flagged":true,`, llm.Usage{Known: true}},
		{llm.Images, `{"prompt":"a gate","n":2}`, `"data":[{"b64_json":"iVBORw0KGgo`, llm.Usage{Known: true, Images: 2}},
		{llm.ImageVariations, `{}`, `"data":[{"b64_json":"iVBORw0KGgo`, llm.Usage{Known: true, Images: 1}},
		{llm.Transcriptions, `{}`, `{"text":"This is a.wav."}`, llm.Usage{Known: true}},
		{llm.Translations, `{"response_format":"verbose_json"}`, `{"task":"translate","language":"english","duration":0,"text":"This is a.wav.","segments":[]}`, llm.Usage{Known: true}},
		{llm.Translations, `{"response_format":"text"}`, "text/plain", llm.Usage{Known: true}},
		{llm.Speech, `{"input":"hi","voice":"alloy"}`, "audio/wav", llm.Usage{Known: true, Characters: 2}},
		{llm.Speech, `{"input":"é","voice":"alloy","response_format":"pcm"}`, "audio/pcm", llm.Usage{Known: true, Characters: 1}},
	} {
		p, _ := fixed()
		call := callOf(t, "demo", c.body, false)
		call.Op = c.op
		call.Files = []llm.File{file}
		reply, err := p.Do(context.Background(), call)
		if err != nil {
			t.Errorf("%s %s: %v", c.op, c.body, err)
			continue
		}
		got := reply.Type
		if reply.Media == nil {
			got = string(reply.Body.Bytes())
			if !json.Valid([]byte(got)) {
				t.Errorf("%s: got %s", c.op, got)
			}
		} else if b, err := io.ReadAll(reply.Media); err != nil || len(b) == 0 {
			t.Errorf("%s: got %d bytes and %v", c.op, len(b), err)
		}
		if !strings.Contains(got, c.want) || reply.Usage != c.usage {
			t.Errorf("%s %s: got %s, %+v, want %s, %+v", c.op, c.body, got, reply.Usage, c.want, c.usage)
		}
	}
}

// TestOperationsRefused: what OpenAI would refuse too.
func TestOperationsRefused(t *testing.T) {
	for _, c := range []struct {
		op          llm.Op
		body, param string
	}{
		{llm.Embeddings, `{"input":[]}`, "input"},
		{llm.Embeddings, `{"input":[1,2]}`, "input"},
		{llm.Embeddings, `{"input":"a","dimensions":0}`, "dimensions"},
		{llm.Rerank, `{"query":"a","documents":[{}]}`, "documents"},
		{llm.Rerank, `{"query":"a","documents":["a"],"top_n":"x"}`, "top_n"},
		{llm.Moderations, `{"input":7}`, "input"},
		{llm.Images, `{"prompt":"a","n":11}`, "n"},
		{llm.Transcriptions, `{}`, "file"},
		{llm.Speech, `{"input":1}`, "input"},
	} {
		p, _ := fixed()
		call := callOf(t, "demo", c.body, false)
		call.Op = c.op
		_, err := p.Do(context.Background(), call)
		e, ok := err.(*llm.Error)
		if !ok || e.Class != llm.BadRequestError || e.Param != c.param {
			t.Errorf("%s %s: got %v, want %s refused", c.op, c.body, err, c.param)
		}
	}
}
