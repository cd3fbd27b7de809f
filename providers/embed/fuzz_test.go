package embed

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var dialect = wire.Dialect{
	Codecs: map[llm.Key]wire.Codec{
		{Op: llm.Embeddings, Format: llm.OpenAI}: Shape{Tokens: true, Objects: true}.Codec(),
		{Op: llm.Rerank, Format: llm.OpenAI}:     Ranker{}.Codec(),
	},
	Fail: chat.Fail,
}

// FuzzListed holds that an answer is refused, or becomes a vector for each of
// two inputs: numbers, or the base64 of as many float32, whichever was asked.
func FuzzListed(f *testing.F) {
	f.Add([]byte(`{"data":[{"index":1,"embedding":[2,-1e-7]},{"index":0,"embedding":[1,0]}],"usage":{"total_tokens":3}}`), true)
	f.Add([]byte(`{"data":[{"embedding":[2]},{"embedding":"AACAPw=="}],"model":"x","more":{}}`), true)
	f.Add([]byte(`{"data":[{"embedding":[1e400]},{"embedding":[-0]}]}`), false)
	f.Fuzz(func(t *testing.T, body []byte, packed bool) {
		asked := `{"input":["a","b"]}`
		if packed {
			asked = `{"input":["a","b"],"encoding_format":"base64"}`
		}
		reply, err := providertest.CheckDecode(t, dialect, ask(t, llm.Embeddings, asked), &wire.Response{Status: 200, Body: body})
		if reply == nil || err != nil {
			return
		}
		var r struct {
			Data []struct {
				Index     int
				Embedding json.RawMessage
			}
		}
		if err := json.Unmarshal(reply.Body.Bytes(), &r); err != nil || len(r.Data) != 2 {
			t.Fatalf("got %v in %s, want two vectors", err, reply.Body.Bytes())
		}
		for i, d := range r.Data {
			var text string
			if packed {
				if err := json.Unmarshal(d.Embedding, &text); err != nil {
					t.Fatal(err)
				}
				b, err := base64.StdEncoding.DecodeString(text)
				if err != nil || len(b) == 0 || len(b)%4 != 0 || d.Index != i {
					t.Fatalf("got %s at %d, %v, want float32", d.Embedding, d.Index, err)
				}
				continue
			}
			var numbers []json.Number
			if err := json.Unmarshal(d.Embedding, &numbers); err != nil || len(numbers) == 0 || d.Index != i {
				t.Fatalf("got %s at %d, %v, want numbers", d.Embedding, d.Index, err)
			}
		}
	})
}

// FuzzRanked holds that an answer is refused, or ranks documents that there are.
func FuzzRanked(f *testing.F) {
	f.Add([]byte(`{"id":"x","results":[{"index":1,"relevance_score":0.5},{"index":0,"relevance_score":-1}],"meta":{"billed_units":{"search_units":1}}}`))
	f.Add([]byte(`{"results":[{"index":2,"relevance_score":"high"}],"usage":{"total_tokens":1e300}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		call := ask(t, llm.Rerank, `{"query":"q","documents":["a",{"text":"b"}],"return_documents":true}`)
		reply, err := providertest.CheckDecode(t, dialect, call, &wire.Response{Status: 200, Body: body})
		if reply == nil || err != nil {
			return
		}
		var r struct {
			Results []struct {
				Index int
				Score json.Number `json:"relevance_score"`
			}
		}
		if err := json.Unmarshal(reply.Body.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Results {
			if p.Index < 0 || p.Index > 1 {
				t.Fatalf("got document %d, want one of two", p.Index)
			}
		}
	})
}

// FuzzEncode holds that a request is refused with an llm.Error or becomes an
// object, of either operation.
func FuzzEncode(f *testing.F) {
	f.Add(`{"input":["a",{"text":"b"}],"dimensions":3,"input_type":"query","encoding_format":"base64"}`, true)
	f.Add(`{"query":"q","documents":["a",{"x":1}],"rank_fields":["x"],"top_n":1}`, false)
	f.Fuzz(func(t *testing.T, body string, vectors bool) {
		op := llm.Rerank
		if vectors {
			op = llm.Embeddings
		}
		providertest.CheckEncode(t, dialect, func(o raw.Object) *llm.Call { return ask(t, op, string(o.Bytes())) }, body)
	})
}
