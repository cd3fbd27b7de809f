package embed

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestRead: what wants a vector each, and what is no input.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		body string
		want []string
		err  string
	}{
		{`{"input":"hi"}`, []string{`"hi"`}, ""},
		{`{"input":["a", "b"]}`, []string{`"a"`, `"b"`}, ""},
		{`{"input":[1, 2]}`, []string{`[1, 2]`}, ""},
		{`{"input":[[1],[2]]}`, []string{`[1]`, `[2]`}, ""},
		{`{"input":{"text":"a"}}`, []string{`{"text":"a"}`}, ""},
		{`{"input":"hi","encoding_format":"float"}`, []string{`"hi"`}, ""},
		{`{"input":"hi","encoding_format":"base64"}`, []string{`"hi"`}, ""},
		{`{}`, nil, "BadRequestError input: input: a text or a list"},
		{`{"input":[]}`, nil, "BadRequestError input: input: a text or a list"},
		{`{"input":null}`, nil, "BadRequestError input: input: a text or a list"},
		{`{"input":["a",null]}`, nil, "BadRequestError input: input: null is no text"},
		{`{"input":7}`, nil, "BadRequestError input: input: 7 is no text"},
		{`{"input":[{"a":1,"a":2}]}`, nil, "BadRequestError input: input: "},
		{`{"input":"hi","encoding_format":"int8"}`, nil, "BadRequestError encoding_format"},
		{`{"input":"hi","encoding_format":1}`, nil, "BadRequestError encoding_format"},
	} {
		r, err := Read(ask(t, llm.Embeddings, c.body))
		if c.err != "" {
			if got := said(err); !strings.HasPrefix(got, c.err) {
				t.Errorf("%s: got %q, want %q", c.body, got, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: got %v, want nil", c.body, err)
			continue
		}
		var got []string
		for _, in := range r.Inputs {
			got = append(got, string(in))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.body, got, c.want)
		}
	}
}

// TestTexts: tokens and objects are refused by name.
func TestTexts(t *testing.T) {
	for body, want := range map[string]string{
		`{"input":"a"}`:               "",
		`{"input":["a","b"]}`:         "",
		`{"input":[1]}`:               "UnsupportedParamsError input: vendor does not support tokens as input; send texts",
		`{"input":["a",[1]]}`:         "UnsupportedParamsError input: vendor does not support tokens as input; send texts",
		`{"input":["a",{"text":""}]}`: "UnsupportedParamsError input: vendor does not support inputs that are objects; send texts",
	} {
		r, err := Read(ask(t, llm.Embeddings, body))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Texts(); said(err) != want {
			t.Errorf("%s: got %q, want %q", body, said(err), want)
		}
	}
	r, err := Read(ask(t, llm.Embeddings, `{"input":["a","b"]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Text(); !strings.Contains(said(err), "more than one input") {
		t.Errorf("got %q, want that there is more than one input", said(err))
	}
}

// TestReply: vectors in the encoding asked for, and nothing that is no vector.
func TestReply(t *testing.T) {
	for _, c := range []struct {
		name, body string
		vectors    []string
		want       string // the data, or the error
	}{
		{"numbers", `{"input":["a","b"]}`, []string{"[1, -2.5e-3]", "[12345678901234567890]"}, `[{"object":"embedding","index":0,"embedding":[1, -2.5e-3]},{"object":"embedding","index":1,"embedding":[12345678901234567890]}]`},
		{"packed", `{"input":"a","encoding_format":"base64"}`, []string{"[1,-2,0.5,3e-40]"}, `[{"object":"embedding","index":0,"embedding":"AACAPwAAAMAAAAA/R0QDAA=="}]`},
		{"packed by the vendor", `{"input":"a","encoding_format":"base64"}`, []string{`"AACAPw=="`}, `[{"object":"embedding","index":0,"embedding":"AACAPw=="}]`},
		{"a text unasked", `{"input":"a"}`, []string{`"AACAPw=="`}, "vector 0: it is not a list of numbers"},
		{"half a float", `{"input":"a","encoding_format":"base64"}`, []string{`"AACA"`}, "vector 0: its 3 bytes are no float32"},
		{"no base64", `{"input":"a","encoding_format":"base64"}`, []string{`"?"`}, "vector 0: illegal base64 data at input byte 0"},
		{"too large", `{"input":"a","encoding_format":"base64"}`, []string{`[1e39]`}, `vector 0: strconv.ParseFloat: parsing "1e39": value out of range`},
		{"nested", `{"input":"a"}`, []string{`[[1]]`}, "vector 0: it is not a list of numbers"},
		{"empty", `{"input":"a"}`, []string{`[]`}, "vector 0: it is not a list of numbers"},
		{"null", `{"input":"a"}`, []string{`null`}, "vector 0: it is not a list of numbers"},
		{"none", `{"input":"a"}`, []string{""}, "vector 0: it is not a list of numbers"},
		{"too few", `{"input":["a","b"]}`, []string{"[1]"}, "got 1 vectors for 2 inputs"},
		{"too many", `{"input":[1,2]}`, []string{"[1]", "[2]"}, "got 2 vectors for 1 inputs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var a Answer
			for _, v := range c.vectors {
				a.Vectors = append(a.Vectors, json.RawMessage(v))
			}
			reply, err := Reply(ask(t, llm.Embeddings, c.body), a)
			got := said(err)
			if err == nil {
				v, _ := reply.Body.Raw("data")
				got = string(v)
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestPurpose: the same in any vendor's word; what nobody knows, as it is.
func TestPurpose(t *testing.T) {
	words := map[string]string{"query": "Q", "document": "D", "similarity": "S"}
	for word, want := range map[string]string{
		`"search_query"`: "Q", `"RETRIEVAL_QUERY"`: "Q", `"retrieval.query"`: "Q", `"query"`: "Q",
		`"passage"`: "D", `"search_document"`: "D", `"text-matching"`: "S", `"SEMANTIC_SIMILARITY"`: "S",
		`"clustering"`: "clustering", `"CODE_RETRIEVAL_QUERY"`: "CODE_RETRIEVAL_QUERY", `null`: "", `""`: "",
	} {
		r, err := Read(ask(t, llm.Embeddings, `{"input":"a","input_type":`+word+`}`))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Purpose(words); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", word, got, err, want)
		}
	}
	r, err := Read(ask(t, llm.Embeddings, `{"input":"a","input_type":7}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Purpose(words); !strings.HasPrefix(said(err), "BadRequestError input_type") {
		t.Errorf("got %v, want that input_type is no word", err)
	}
}
