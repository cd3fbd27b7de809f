package embed

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Order is what a vendor answered to a ranking.
type Order struct {
	ID    string     // "": the request's
	List  []Rank     // most relevant first
	Meta  raw.Object // as Cohere has it; empty: made of Usage
	Usage llm.Usage
}

// Rank is a document's.
type Rank struct {
	Index int             // in the request
	Score json.RawMessage // a number
}

// Ranks reads a list of objects with an index and a score of that name.
func Ranks(list json.RawMessage, score string) ([]Rank, error) {
	items, err := raw.Objects(list)
	if err != nil {
		return nil, fmt.Errorf("results: %w", err)
	}
	all := make([]Rank, len(items))
	for i, o := range items {
		v, _ := o.Raw("index")
		if all[i].Index, err = strconv.Atoi(string(v)); err != nil {
			return nil, fmt.Errorf("result %d: index: %w", i, err)
		}
		if all[i].Score, _ = o.Raw(score); !isNumber(all[i].Score) {
			return nil, fmt.Errorf("result %d: no %s", i, score)
		}
	}
	return all, nil
}

// Ranked writes the reply as Cohere and LiteLLM have it. Documents are put in
// when they were asked for, from the request: not every vendor returns them.
func Ranked(call *llm.Call, o Order) (*llm.Reply, error) {
	if err := raw.Strict(o.Meta.Bytes()); err != nil {
		return nil, err
	}
	documents, _ := call.Body.Raw("documents")
	var all []json.RawMessage
	for _, d := range raw.Items(documents) {
		all = append(all, d)
	}
	asked, _ := call.Body.Raw("return_documents")
	o.List = o.List[:min(len(o.List), top(call, len(o.List)))]
	results := make([]raw.Object, len(o.List))
	for i, p := range o.List {
		if p.Index < 0 || p.Index >= len(all) {
			return nil, fmt.Errorf("result %d: there is no document %d", i, p.Index)
		}
		results[i] = chat.Number(raw.Object{}, "index", int64(p.Index)).WithRaw("relevance_score", p.Score)
		if string(asked) == "true" {
			results[i] = results[i].WithRaw("document", document(all[p.Index]))
		}
	}
	if o.ID == "" {
		o.ID = "rerank-" + call.Record.RequestID
	}
	if o.Meta.Len() == 0 {
		o.Meta = meta(o.Usage)
	}
	body := raw.Object{}.WithText("id", o.ID).WithRaw("results", raw.List(results))
	if o.Meta.Len() > 0 {
		body = body.WithRaw("meta", o.Meta.Bytes())
	}
	return &llm.Reply{Body: body, Usage: o.Usage}, nil
}

// document is one as the reply has it.
func document(d json.RawMessage) json.RawMessage {
	if chat.IsText(d) {
		return raw.Object{}.WithRaw("text", d).Bytes()
	}
	return d
}

// meta says what is known of the usage.
func meta(u llm.Usage) raw.Object {
	var billed, o raw.Object
	if u.Searches > 0 {
		billed = chat.Number(billed, "search_units", u.Searches)
	}
	if u.In > 0 {
		billed = chat.Number(billed, "total_tokens", u.In)
	}
	if billed.Len() > 0 {
		o = o.WithRaw("billed_units", billed.Bytes())
	}
	if u.In > 0 {
		o = o.WithRaw("tokens", chat.Number(raw.Object{}, "input_tokens", u.In).Bytes())
	}
	return o
}

// Searches is the usage of a vendor that bills by the query, and counts one for
// each so many documents or fewer.
func Searches(call *llm.Call, documents int) llm.Usage {
	v, _ := call.Body.Raw("documents")
	n := 0
	for range raw.Items(v) {
		n++
	}
	return llm.Usage{Known: true, Searches: int64(max(1, (n+documents-1)/documents))}
}
