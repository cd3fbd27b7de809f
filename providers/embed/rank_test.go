package embed

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestReadRanking: what is no ranking, and what objects are ranked by.
func TestReadRanking(t *testing.T) {
	for _, c := range []struct{ body, texts, err string }{
		{`{"query":"q","documents":["a",{"text":"b","more":1}]}`, `["a","b"]`, ""},
		{`{"query":"q","documents":[{"a":"x\n","b":{"c":[1]},"text":"t"}],"rank_fields":["b","a","z"]}`, `["b: {\"c\":[1]}\na: x\n"]`, ""},
		{`{"query":"q","documents":[{"a":1}]}`, "", "BadRequestError documents: documents: document 0 has no text"},
		{`{"query":"q","documents":["x",{"text":7}]}`, "", "BadRequestError documents: documents: document 1 has no text"},
		{`{"query":"q","documents":[{"a":1}],"rank_fields":["b"]}`, "", "BadRequestError documents: documents: document 0 has no text"},
		{`{"query":7,"documents":["a"]}`, "", "BadRequestError query"},
		{`{"documents":["a"]}`, "", "BadRequestError query"},
		{`{"query":"q","documents":[]}`, "", "BadRequestError documents"},
		{`{"query":"q","documents":"a"}`, "", "BadRequestError documents"},
		{`{"query":"q","documents":[["a"]]}`, "", "BadRequestError documents"},
		{`{"query":"q","documents":["a"],"rank_fields":"b"}`, "", "BadRequestError rank_fields"},
		{`{"query":"q","documents":["a"],"return_documents":"yes"}`, "", "BadRequestError return_documents"},
		{`{"query":"q","documents":["a"],"top_n":0}`, "", "BadRequestError top_n"},
		{`{"query":"q","documents":["a"],"top_n":1.5}`, "", "BadRequestError top_n"},
		{`{"query":"q","documents":["a"],"top_n":-1}`, "", "BadRequestError top_n"},
		{`{"query":"q","documents":["a"],"top_n":null,"rank_fields":null,"return_documents":null}`, `["a"]`, ""},
	} {
		r, err := ReadRanking(ask(t, llm.Rerank, c.body))
		var texts []json.RawMessage
		if err == nil {
			texts, err = r.Texts()
		}
		if got := said(err); c.err == "" && err != nil || !strings.HasPrefix(got, c.err) {
			t.Errorf("%s: got %q, want %q", c.body, got, c.err)
		}
		if got := string(List(texts)); err == nil && got != c.texts {
			t.Errorf("%s: got %s, want %s", c.body, got, c.texts)
		}
	}
}

// TestRanked: the caller's documents by the vendor's places, as many as asked
// for, and no place that there is no document for.
func TestRanked(t *testing.T) {
	const documents = `{"query":"q","documents":["a",{"text":"b","x":1}],`
	for _, c := range []struct{ body, answer, want string }{
		{`"return_documents":true}`, `[{"index":1,"score":0.5},{"index":0,"score":-1e-3}]`, `{"id":"rerank-test","results":[{"index":1,"relevance_score":0.5,"document":{"text":"b","x":1}},{"index":0,"relevance_score":-1e-3,"document":{"text":"a"}}]}`},
		{`"top_n":1}`, `[{"index":1,"score":0.5},{"index":0,"score":0.25}]`, `{"id":"rerank-test","results":[{"index":1,"relevance_score":0.5}]}`},
		{`"top_n":5}`, `[{"index":0,"score":1}]`, `{"id":"rerank-test","results":[{"index":0,"relevance_score":1}]}`},
		{`"x":0}`, `[]`, `{"id":"rerank-test","results":[]}`},
		{`"x":0}`, `[{"index":2,"score":1}]`, "result 0: there is no document 2"},
		{`"x":0}`, `[{"index":-1,"score":1}]`, "result 0: there is no document -1"},
		{`"x":0}`, `[{"index":0,"score":"1"}]`, "result 0: no score"},
		{`"x":0}`, `[{"index":0}]`, "result 0: no score"},
		{`"x":0}`, `[{"score":1}]`, `result 0: index: strconv.Atoi: parsing "": invalid syntax`},
		{`"x":0}`, `{}`, "results: not a JSON array at byte 0"},
	} {
		list, err := Ranks(json.RawMessage(c.answer), "score")
		got := said(err)
		if err == nil {
			reply, err := Ranked(ask(t, llm.Rerank, documents+c.body), Order{List: list})
			if got = said(err); err == nil {
				got = string(reply.Body.Bytes())
			}
		}
		if got != c.want {
			t.Errorf("%s of %s: got %s, want %s", c.answer, c.body, got, c.want)
		}
	}
}

// TestRanker: what differs between those who copied Cohere.
func TestRanker(t *testing.T) {
	const body = `{"query":"q","documents":["a",{"x":"b"}],"rank_fields":["x"],"top_n":1,"own":true,"return_documents":true`
	for _, c := range []struct {
		name   string
		ranker Ranker
		more   string
		want   string // path and body, or the error
	}{
		{"the common", Ranker{}, `}`, `/rerank {"model":"m","query":"q","documents":["a","x: b"],"top_n":1,"own":true}`},
		{"words", Ranker{Path: "/v3/rerank", Top: "top_k", Echoes: true, Same: []string{"max_tokens_per_doc"}}, `,"max_tokens_per_doc":9}`, `/v3/rerank {"model":"m","query":"q","documents":["a","x: b"],"return_documents":false,"top_k":1,"max_tokens_per_doc":9,"own":true}`},
		{"objects", Ranker{Objects: true}, `}`, `/rerank {"model":"m","query":"q","documents":["a",{"x":"b"}],"rank_fields":["x"],"top_n":1,"own":true}`},
		{"not the same", Ranker{}, `,"max_tokens_per_doc":9}`, "UnsupportedParamsError max_tokens_per_doc: vendor does not support max_tokens_per_doc for m; set drop_params to leave out what a provider does not support"},
	} {
		req, err := c.ranker.Codec().Encode(ask(t, llm.Rerank, body+c.more))
		got := said(err)
		if err == nil {
			got = req.Path + " " + string(req.Body)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestRankerUsage: queries where they are billed, else tokens, and nothing that
// the vendor did not say.
func TestRankerUsage(t *testing.T) {
	for more, want := range map[string]llm.Usage{
		``: {},
		`,"meta":{"billed_units":{"search_units":2.0}},"usage":{"total_tokens":9}`: {Known: true, Searches: 2},
		`,"usage":{"total_tokens":9,"prompt_tokens":8}`:                            {Known: true, In: 9},
		`,"usage":{"prompt_tokens":8}`:                                             {Known: true, In: 8},
		`,"meta":{"billed_units":{"total_tokens":7}}`:                              {Known: true, In: 7},
		`,"usage":{"total_tokens":-1}`:                                             {},
		`,"usage":{"total_tokens":"9"}`:                                            {},
	} {
		answer := &wire.Response{Body: []byte(`{"results":[{"index":0,"relevance_score":1}]` + more + `}`)}
		reply, err := Ranker{}.Codec().Decode(ask(t, llm.Rerank, `{"query":"q","documents":["a"]}`), answer)
		if err != nil {
			t.Fatal(err)
		}
		if reply.Usage != want {
			t.Errorf("%s: got %+v, want %+v", more, reply.Usage, want)
		}
	}
}

// TestSearches: how many queries are billed for so many documents.
func TestSearches(t *testing.T) {
	for n, want := range map[int]int64{1: 1, 3: 1, 4: 2, 6: 2, 7: 3} {
		call := ask(t, llm.Rerank, `{"documents":["a"`+strings.Repeat(`,"b"`, n-1)+`]}`)
		if got := Searches(call, 3); !got.Known || got.Searches != want {
			t.Errorf("%d documents: got %+v, want %d", n, got, want)
		}
	}
}
