package watsonx

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// mostInputs is how many texts fit in a request, as in IBM's own package.
const mostInputs = 1000

// embeddings and ranking are of IBM's models only: a deployment of one's own
// has no address for them. Members that are IBM's own are parameters.
// Source: https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings and #text-rerank
func embeddings() wire.Codec {
	return embed.Codec(encodeInput, decodeVectors, embed.AtMost(mostInputs))
}

func ranking() wire.Codec { return wire.Codec{Encode: encodeRanking, Decode: decodeRanking} }

func encodeInput(call *llm.Call) (*wire.Request, error) {
	r, err := embed.Read(call)
	if err != nil {
		return nil, err
	}
	texts, err := r.Texts()
	if err != nil {
		return nil, err
	}
	parameters, err := parameters(r.Request)
	if err != nil {
		return nil, err
	}
	return request(call, "/text/embeddings", addressed(call.To).WithRaw("inputs", embed.List(texts)), parameters), nil
}

func encodeRanking(call *llm.Call) (*wire.Request, error) {
	r, err := embed.ReadRanking(call)
	if err != nil {
		return nil, err
	}
	texts, err := r.Texts()
	if err != nil {
		return nil, err
	}
	inputs := make([]raw.Object, len(texts))
	for i, text := range texts {
		inputs[i] = raw.Object{}.WithRaw("text", text)
	}
	top := r.Move(raw.Object{}, "top_n", "top_n")
	cut := r.Move(raw.Object{}, "max_tokens_per_doc", "truncate_input_tokens")
	own, err := parameters(r.Request)
	if err != nil {
		return nil, err
	}
	if own = cut.Merged(own); top.Len() > 0 {
		own = own.WithRaw("return_options", top.Merged(chat.Member(own, "return_options")).Bytes())
	}
	return request(call, "/text/rerank", addressed(call.To).WithRaw("query", r.Query).WithList("inputs", inputs), own), nil
}

// parameters are the caller's, and the members that are IBM's own.
func parameters(r *chat.Request) (raw.Object, error) {
	v, ok, err := r.Take("parameters")
	if err != nil {
		return raw.Object{}, err
	}
	if deployed(r.Call.To) {
		return raw.Object{}, r.Unsupported("model", r.Call.Op.String()+" of a deployment")
	}
	rest, err := r.Rest()
	if err != nil || !ok {
		return rest, err
	}
	own, err := chat.Parse("parameters", v)
	return own.Merged(rest), err
}

func request(call *llm.Call, path string, body, parameters raw.Object) *wire.Request {
	if parameters.Len() > 0 {
		body = body.WithRaw("parameters", parameters.Bytes())
	}
	return &wire.Request{Path: "/ml/v1" + path, Query: version(call.To.Settings), Body: body.Bytes(), Header: http.Header{}}
}

func decodeVectors(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	a := embed.Answer{Usage: embed.Tokens(body, "input_token_count")}
	a.Model, _ = body.Text("model_id")
	v, _ := body.Raw("results")
	items, err := raw.Objects(v)
	if err != nil {
		return nil, err
	}
	for _, o := range items {
		vector, _ := o.Raw("embedding")
		a.Vectors = append(a.Vectors, vector)
	}
	return embed.Reply(call, a)
}

func decodeRanking(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	v, _ := body.Raw("results")
	list, err := embed.Ranks(v, "score")
	if err != nil {
		return nil, err
	}
	return embed.Ranked(call, embed.Order{List: list, Usage: embed.Tokens(body, "input_token_count")})
}
