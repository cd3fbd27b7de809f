package vectors

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func decode(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	a, err := Answer(call, r.Body)
	if err != nil {
		return nil, err
	}
	billed := chat.Member(chat.Member(a.Fields, "meta"), "billed_units")
	text, pictures := embed.Tokens(billed, "input_tokens"), embed.Tokens(billed, "image_tokens")
	a.Usage = llm.Usage{Known: text.Known || pictures.Known, In: text.In + pictures.In, ImageIn: pictures.In}
	return embed.Reply(call, a)
}

// Answer reads the vectors of the first type that was asked for. Those of the
// others are among the fields, and so is what was billed.
func Answer(call *llm.Call, body []byte) (embed.Answer, error) {
	o, err := raw.Parse(body)
	if err != nil {
		return embed.Answer{}, err
	}
	a := embed.Answer{Fields: o.Without("id", "response_type", "texts", "images", "inputs", "embeddings")}
	v, _ := o.Raw("embeddings")
	if byType, err := raw.Parse(v); err == nil { // else the list that version 3 gives who names no type
		name := first(call, byType)
		v, _ = byType.Raw(name)
		if others := byType.Without(name); others.Len() > 0 {
			a.Fields = a.Fields.WithRaw("embeddings", others.Bytes())
		}
	}
	for _, vector := range raw.Items(v) {
		a.Vectors = append(a.Vectors, vector)
	}
	return a, nil
}

// first is the first type asked for that an answer has.
func first(call *llm.Call, byType raw.Object) string {
	var asked []string
	v, _ := call.Body.Raw(types)
	_ = json.Unmarshal(v, &asked) // a list of texts, or the vendor has refused it
	for _, name := range append(asked, "float", "base64") {
		if byType.Has(name) {
			return name
		}
	}
	return ""
}
