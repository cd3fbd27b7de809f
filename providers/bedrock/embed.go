package bedrock

import (
	"net/http"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/bedrock/vectors"
	cohere "github.com/tollgate-llm/tollgate/providers/cohere/vectors"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// embeddings is InvokeModel, where each maker of embeddings has its own format.
func embeddings() wire.Codec { return embed.Codec(encodeInput, decodeVectors, mostInputs) }

// mostInputs is how many inputs fit in a request: Amazon's models take one.
func mostInputs(call *llm.Call) int {
	if modelOf(call.To).is("cohere") {
		return cohere.Most(call)
	}
	return 1
}

func encodeInput(call *llm.Call) (*wire.Request, error) {
	m := modelOf(call.To)
	var body raw.Object
	var err error
	switch {
	case m.is("cohere"):
		body, err = cohere.Body(call)
	case m.is("nova"):
		body, err = vectors.Nova(call)
	case m.is("titan"):
		body, err = vectors.Titan(call, m.is("text-v2"), m.is("image"))
	default:
		err = &llm.Error{Class: llm.BadRequestError, Param: "model", Message: "bedrock offers no embeddings of " + call.To.Model}
	}
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: m.path("invoke"), Body: body.Bytes(), Header: http.Header{"Accept": {"application/json"}}}, nil
}

func decodeVectors(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	a := vectors.Answer(body)
	if modelOf(call.To).is("cohere") {
		if a, err = cohere.Answer(call, r.Body); err != nil {
			return nil, err
		}
	}
	// Where a body does not count, Bedrock's headers do.
	if n, err := strconv.ParseInt(r.Header.Get("X-Amzn-Bedrock-Input-Token-Count"), 10, 64); err == nil && n >= 0 && !a.Usage.Known {
		a.Usage = llm.Usage{Known: true, In: n}
	}
	return embed.Reply(call, a)
}
