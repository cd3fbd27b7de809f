package ollama

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

const embedPath = "/api/embed"

// vectors is Ollama's embeddings: how to run the model is said as in a chat.
// Source: https://docs.ollama.com/api/embed
func vectors() wire.Codec { return embed.Codec(encodeInput, decodeVectors, nil) }

func encodeInput(call *llm.Call) (*wire.Request, error) {
	r, err := embed.Read(call)
	if err != nil {
		return nil, err
	}
	if _, err := r.Texts(); err != nil {
		return nil, err
	}
	in, _ := r.In.Raw("input")
	out := raw.Object{}.WithText("model", call.To.Model).WithRaw("input", in)
	out, err = options(r.Request, r.Move(out, "dimensions", "dimensions"))
	if err != nil {
		return nil, err
	}
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: embedPath, Body: out.Merged(rest).Bytes(), Header: http.Header{}}, nil
}

func decodeVectors(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	a := embed.Answer{Fields: body.Without("model", "embeddings", "prompt_eval_count")}
	a.Model, _ = body.Text("model")
	v, _ := body.Raw("embeddings")
	for _, vector := range raw.Items(v) {
		a.Vectors = append(a.Vectors, vector)
	}
	a.Usage = embed.Tokens(body, "prompt_eval_count")
	return embed.Reply(call, a)
}
