package embed

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Ranking is a rerank request under translation. The query, the documents, and
// which of them to return how are taken, top_n is not: a vendor that has no
// word for it calls Done, and the reply is cut.
type Ranking struct {
	*chat.Request
	Query     json.RawMessage   // a JSON string
	Documents []json.RawMessage // at least one: a text or an object
	fields    []string          // of the objects, to rank by
}

// ReadRanking starts a translation.
func ReadRanking(call *llm.Call) (*Ranking, error) {
	r := &Ranking{Request: chat.Read(call)}
	var err error
	if r.Query, _, err = r.Take("query"); err != nil {
		return nil, err
	}
	if !chat.IsText(r.Query) {
		return nil, chat.Invalid("query", "a text is needed")
	}
	v, _, err := r.Take("documents")
	if err != nil {
		return nil, err
	}
	for _, d := range raw.Items(v) {
		if !chat.IsText(d) && d[0] != '{' {
			return nil, chat.Invalid("documents", "%s is neither a text nor an object", d)
		}
		r.Documents = append(r.Documents, d)
	}
	if len(r.Documents) == 0 {
		return nil, chat.Invalid("documents", "a list of texts or objects is needed")
	}
	if v, ok, err := r.Take("rank_fields"); err != nil || ok && json.Unmarshal(v, &r.fields) != nil {
		return nil, chat.Invalid("rank_fields", "a list of texts is needed")
	}
	if v, ok, _ := r.Take("return_documents"); ok && string(v) != "true" && string(v) != "false" {
		return nil, chat.Invalid("return_documents", "true or false is needed")
	}
	if v, _ := r.In.Raw("top_n"); r.In.Has("top_n") && top(call, 0) == 0 {
		return nil, chat.Invalid("top_n", "%s is no number above 0", v)
	}
	return r, nil
}

// Texts are the documents as JSON strings, for a vendor that takes nothing
// else. Of an object that is its text or, line by line, the fields to rank by.
// Source: https://docs.cohere.com/docs/rerank-overview (structured data)
func (r *Ranking) Texts() ([]json.RawMessage, error) {
	all := make([]json.RawMessage, len(r.Documents))
	for i, d := range r.Documents {
		if chat.IsText(d) {
			all[i] = d
			continue
		}
		o, err := chat.Parse("documents", d)
		if err != nil {
			return nil, err
		}
		if all[i] = r.text(o); all[i] == nil {
			return nil, chat.Invalid("documents", "document %d has no text; name its fields in rank_fields", i)
		}
	}
	return all, nil
}

// text is what to rank an object by; nil when it has nothing of it.
func (r *Ranking) text(o raw.Object) json.RawMessage {
	if len(r.fields) == 0 {
		if v, _ := o.Raw("text"); chat.IsText(v) {
			return v
		}
		return nil
	}
	var lines []string
	for _, name := range r.fields {
		v, ok := o.Raw(name)
		if !ok {
			continue
		}
		text, isText := o.Text(name)
		if !isText {
			text = string(v)
		}
		lines = append(lines, name+": "+text)
	}
	if lines == nil {
		return nil
	}
	return raw.Quote(strings.Join(lines, "\n"))
}

// top is how many documents a caller wants to get of so many.
func top(call *llm.Call, all int) int {
	v, _ := call.Body.Raw("top_n")
	n, err := strconv.Atoi(string(v))
	if err != nil || n < 0 {
		return all
	}
	return n
}
