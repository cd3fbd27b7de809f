package embed

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestShape: what differs between those who copied OpenAI.
func TestShape(t *testing.T) {
	const packed = `{"input":"a","encoding_format":"base64"`
	all := Shape{
		Path: "/e", Tokens: true, Objects: true, User: true, Dimensions: "size", Base64: "as", Numbers: "of",
		Purpose: "task", Purposes: map[string]string{"query": "q"},
	}
	for _, c := range []struct {
		name  string
		shape Shape
		body  string
		want  string // path and body, or the error
	}{
		{"the least", Shape{}, packed + `,"own":1}`, `/embeddings {"model":"m","input":"a","own":1}`},
		{"everything", all, packed + `,"dimensions":3,"user":"u","input_type":"search_query"}`, `/e {"model":"m","input":"a","as":"base64","size":3,"user":"u","task":"q"}`},
		{"the caller's own word", all, `{"input":"a","input_type":"query","task":"mine","as":"bits"}`, `/e {"model":"m","input":"a","task":"mine","as":"bits"}`},
		{"other numbers", all, packed + `,"of":"int8"}`, `/e {"model":"m","input":"a","of":"int8"}`},
		{"tokens", all, `{"input":[[1],[2]]}`, `/e {"model":"m","input":[[1],[2]]}`},
		{"objects", all, `{"input":[{"x":1}]}`, `/e {"model":"m","input":[{"x":1}]}`},
		{"no tokens", Shape{}, `{"input":[1]}`, "UnsupportedParamsError input: vendor does not support tokens as input; send texts"},
		{"no objects", Shape{}, `{"input":[{"x":1}]}`, "UnsupportedParamsError input: vendor does not support inputs that are objects; send texts"},
		{"no user", Shape{}, `{"input":"a","user":"u"}`, "UnsupportedParamsError user: vendor does not support user for m; set drop_params to leave out what a provider does not support"},
	} {
		req, err := c.shape.Codec().Encode(ask(t, llm.Embeddings, c.body))
		got := said(err)
		if err == nil {
			got = req.Path + " " + string(req.Body)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestListed: vectors go to the inputs that the answer says.
func TestListed(t *testing.T) {
	for _, c := range []struct{ answer, want string }{
		{`{"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}],"usage":{"total_tokens":3}}`, `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]},{"object":"embedding","index":1,"embedding":[2]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}`},
		{`{"data":[{"embedding":[1]},{"embedding":[2]}],"model":"x","id":"y","more":1}`, `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]},{"object":"embedding","index":1,"embedding":[2]}],"model":"x","usage":{"prompt_tokens":0,"total_tokens":0},"provider_specific_fields":{"more":1}}`},
		{`{"data":[{"index":1,"embedding":[2]},{"index":1,"embedding":[1]}]}`, errPlaces.Error()},
		{`{"data":[{"index":2,"embedding":[2]},{"index":0,"embedding":[1]}]}`, errPlaces.Error()},
		{`{"data":[{"index":-1,"embedding":[2]},{"index":0,"embedding":[1]}]}`, errPlaces.Error()},
		{`{"data":[{"index":"0","embedding":[2]},{"embedding":[1]}]}`, `strconv.Atoi: parsing "\"0\"": invalid syntax`},
		{`{"data":[{"index":0,"embedding":[2]}]}`, "got 1 vectors for 2 inputs"},
		{`{"data":[{"index":0},{"index":1,"embedding":[1]}]}`, "vector 0: it is not a list of numbers"},
		{`{"data":[{"embedding":[1]},{"embedding":[2]}],"more":{"":}}`, `invalid character '}' looking for beginning of value at byte 13`},
		{`{}`, "data: unexpected end of JSON input at byte 0"},
	} {
		reply, err := Listed(ask(t, llm.Embeddings, `{"input":["a","b"]}`), &wire.Response{Body: []byte(c.answer)})
		got := said(err)
		if err == nil {
			got = string(reply.Body.Bytes())
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.answer, got, c.want)
		}
	}
}

// TestPlace: the addresses that people write.
func TestPlace(t *testing.T) {
	const base = "https://vendor.example/v1"
	for _, path := range []string{"", "/", "/embeddings", "/rerank/"} {
		if got, err := Place(t.Context(), nil, base+path); got != base || err != nil {
			t.Errorf("%q: got %q, %v, want %q", base+path, got, err, base)
		}
	}
}
