package embed

import (
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Ranker is the rerank API that many vendors copied from Cohere, with what they
// changed. The zero value is what they have in common: texts go to /rerank, and
// results come back with an index and a relevance_score.
type Ranker struct {
	Path    string   // "": /rerank
	Top     string   // its word for top_n; "": that
	List    string   // the answer's member with the results; "": results
	Objects bool     // takes documents that are objects, and rank_fields
	Echoes  bool     // returns the documents unless it is told not to
	Same    []string // further members of Cohere's that it has: max_tokens_per_doc
}

// Codec returns the ranker's codec.
func (k Ranker) Codec() wire.Codec { return wire.Codec{Encode: k.encode, Decode: k.decode} }

func (k Ranker) encode(call *llm.Call) (*wire.Request, error) {
	r, err := ReadRanking(call)
	if err != nil {
		return nil, err
	}
	documents := r.Documents
	if !k.Objects {
		if documents, err = r.Texts(); err != nil {
			return nil, err
		}
	}
	out := raw.Object{}.WithText("model", call.To.Model).WithRaw("query", r.Query).WithRaw("documents", List(documents))
	if k.Objects {
		out = r.Move(out, "rank_fields", "rank_fields")
	}
	if k.Echoes {
		out = out.WithRaw("return_documents", json.RawMessage("false"))
	}
	out = r.Move(out, "top_n", or(k.Top, "top_n"))
	for _, name := range k.Same {
		out = r.Move(out, name, name)
	}
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: or(k.Path, "/rerank"), Body: out.Merged(rest).Bytes(), Header: http.Header{}}, nil
}

func (k Ranker) decode(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	v, _ := body.Raw(or(k.List, "results"))
	o := Order{Meta: chat.Member(body, "meta")}
	if o.List, err = Ranks(v, "relevance_score"); err != nil {
		return nil, err
	}
	o.ID, _ = body.Text("id")
	o.Usage = Tokens(chat.Member(body, "usage"), "total_tokens", "prompt_tokens")
	billed := chat.Member(o.Meta, "billed_units")
	if units := Tokens(billed, "search_units"); units.Known {
		o.Usage = llm.Usage{Known: true, Searches: units.In}
	} else if !o.Usage.Known {
		o.Usage = Tokens(billed, "total_tokens", "input_tokens")
	}
	return Ranked(call, o)
}

func or(word, usual string) string {
	if word == "" {
		return usual
	}
	return word
}
