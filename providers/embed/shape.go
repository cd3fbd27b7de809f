package embed

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Shape is the API of a vendor that has copied OpenAI's embeddings, with what
// it changed. The zero value is OpenAI's own, but for texts only and vectors
// always in numbers.
type Shape struct {
	Path       string            // "": /embeddings
	Most       int               // inputs in a request; 0: any number
	Tokens     bool              // takes lists of tokens
	Objects    bool              // takes objects, such as pictures
	User       bool              // takes user
	Dimensions string            // its word for dimensions; "" when it has none
	Base64     string            // the member that asks for base64 of float32; "" when there is none
	Numbers    string            // the member that asks for other numbers than float32, which base64 would hide
	Purpose    string            // its member for what the vectors are for; "": input_type
	Purposes   map[string]string // its words there, by those of Request.Purpose
}

// Codec returns the shape's codec.
func (s Shape) Codec() wire.Codec { return Codec(s.encode, Listed, AtMost(s.Most)) }

func (s Shape) encode(call *llm.Call) (*wire.Request, error) {
	r, err := Read(call)
	if err != nil {
		return nil, err
	}
	for _, in := range r.Inputs {
		if in[0] == '[' && !s.Tokens || in[0] == '{' && !s.Objects {
			_, err := r.Texts()
			return nil, err
		}
	}
	in, _ := r.In.Raw("input")
	out := raw.Object{}.WithText("model", call.To.Model).WithRaw("input", in)
	if s.Base64 != "" && Packed(call) && !r.In.Has(s.Numbers) {
		out = out.WithText(s.Base64, "base64")
	}
	if s.Dimensions != "" {
		out = r.Move(out, "dimensions", s.Dimensions)
	}
	if s.User {
		out = r.Move(out, "user", "user")
	}
	purpose, err := r.Purpose(s.Purposes)
	if err != nil {
		return nil, err
	}
	if purpose != "" {
		out = out.WithText(or(s.Purpose, "input_type"), purpose)
	}
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: or(s.Path, "/embeddings"), Body: out.Merged(rest).Bytes(), Header: http.Header{}}, nil
}

// Purpose takes input_type, what the vectors are for, and says it in a vendor's
// words. words has those for query, document, classification, clustering and
// similarity, which callers may say in any vendor's way; what it lacks is the
// caller's word as it is. "": nobody said.
func (r *Request) Purpose(words map[string]string) (string, error) {
	v, ok, err := r.Take("input_type")
	if !ok || err != nil {
		return "", err
	}
	if !chat.IsText(v) {
		return "", chat.Invalid("input_type", "a word is needed")
	}
	own, _ := r.In.Text("input_type")
	if word, ok := words[purposes[strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToLower(own))]]; ok {
		return word, nil
	}
	return own, nil
}

// purposes are the ways in which vendors say the same.
var purposes = map[string]string{
	"query": "query", "search_query": "query", "retrieval_query": "query",
	"document": "document", "passage": "document", "search_document": "document",
	"retrieval_document": "document", "retrieval_passage": "document",
	"classification": "classification", "clustering": "clustering", "separation": "clustering",
	"semantic_similarity": "similarity", "similarity": "similarity", "text_matching": "similarity",
}

var errPlaces = errors.New("vectors of no or the same input")

// Listed reads an answer in OpenAI's own shape. Tokens may be counted in total
// only.
func Listed(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	v, _ := body.Raw("data")
	items, err := raw.Objects(v)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	a := Answer{
		Vectors: make([]json.RawMessage, len(items)),
		Fields:  body.Without("id", "created", "object", "data", "model", "usage"),
	}
	a.Model, _ = body.Text("model")
	for place, o := range items {
		if v, ok := o.Raw("index"); ok {
			if place, err = strconv.Atoi(string(v)); err != nil {
				return nil, err
			}
		}
		if place < 0 || place >= len(items) || a.Vectors[place] != nil {
			return nil, errPlaces
		}
		a.Vectors[place], _ = o.Raw("embedding")
	}
	a.Usage = Tokens(chat.Member(body, "usage"), "prompt_tokens", "total_tokens")
	return Reply(call, a)
}

// Tokens is the usage that an object counts in the first member that it has of
// those named.
func Tokens(o raw.Object, names ...string) llm.Usage {
	for _, name := range names {
		v, _ := o.Raw(name)
		if n, err := strconv.ParseFloat(string(v), 64); err == nil && n >= 0 && n < 1<<53 { // Cohere counts in floats
			return llm.Usage{Known: true, In: int64(n)}
		}
	}
	return llm.Usage{}
}
