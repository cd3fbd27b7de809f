package upstream

import (
	"net/http"
	"slices"
	"strings"
)

// cohereRerank is the dialect of Cohere's rerank of version 2: the types of
// cohere 7.3.1 from PyPI and https://docs.cohere.com/reference/rerank.
func cohereRerank() dialect {
	d := cohereDialect()
	d.reply = rerankReply
	d.read = func(r *http.Request, body []byte) (ask, *failure) {
		a, refused := readCohereMembers(r, body, "documents max_tokens_per_doc model priority query top_n", "model query documents")
		a.stream = false
		return a, refused
	}
	return d
}

// ranked is one document's place. Its score is the part of the query's words
// that the document has.
type ranked struct {
	Index int     `json:"index"`
	Score float64 `json:"relevance_score"`
}

func rerankReply(m meta, q ask, _ answer) []byte {
	asked := strings.Fields(q.said.text("query"))
	results := []ranked{}
	for i, document := range q.said.list("documents") {
		words, shared := strings.Fields(document), 0
		for _, word := range asked {
			if slices.Contains(words, word) {
				shared++
			}
		}
		results = append(results, ranked{i, float64(shared) / float64(max(len(asked), 1))})
	}
	slices.SortStableFunc(results, func(a, b ranked) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	return encode(map[string]any{
		"id": cohereID(m.id), "results": results[:min(q.said.number("top_n", len(results)), len(results))],
		"meta": map[string]any{
			"api_version":  map[string]any{"version": "2", "is_experimental": false},
			"billed_units": map[string]int{"search_units": 1},
		},
	})
}
