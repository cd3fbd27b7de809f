package bedrock

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/bedrock/vectors"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// perQuery is how many documents are billed as one query.
// Source: https://aws.amazon.com/bedrock/pricing/ (Rerank)
const perQuery = 100

// ranking is Cohere's rerank by InvokeModel, as Cohere's own package calls it:
// unlike Bedrock's Rerank, that takes API keys and a model by any of its names.
// Amazon's model is to be had by Rerank only, at an address of its own.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-use.html
// and aws_client.py of the package cohere
func ranking() wire.Codec {
	coheres := embed.Ranker{Same: []string{"max_tokens_per_doc"}}.Codec()
	return wire.Codec{
		Encode: func(call *llm.Call) (*wire.Request, error) {
			m := modelOf(call.To)
			if m.agents() {
				arn, err := m.arn(call.To)
				if err != nil {
					return nil, err
				}
				body, err := vectors.Rerank(call, arn)
				return &wire.Request{Path: "/rerank", Body: body.Bytes(), Header: http.Header{}}, err
			}
			req, err := coheres.Encode(call)
			if err != nil {
				return nil, err
			}
			body, err := raw.Parse(req.Body)
			if err != nil {
				return nil, err
			}
			req.Body = body.Without("model").WithRaw("api_version", json.RawMessage("2")).Bytes()
			req.Path = m.path("invoke")
			return req, nil
		},
		Decode: func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
			body, err := raw.Parse(r.Body)
			if err != nil {
				return nil, err
			}
			v, _ := body.Raw("results")
			list, err := embed.Ranks(v, "relevance_score")
			if modelOf(call.To).agents() {
				list, err = vectors.Ranks(body)
			}
			if err != nil {
				return nil, err
			}
			return embed.Ranked(call, embed.Order{List: list, Usage: embed.Searches(call, perQuery)})
		},
	}
}

// agents reports whether a model is called at the runtime of agents.
func (m model) agents() bool { return m.is("amazon.rerank") }

// arn is a foundation model's full name, which Rerank wants.
func (m model) arn(d *llm.Deployment) (string, error) {
	if strings.HasPrefix(m.id, "arn:") {
		return m.id, nil
	}
	region := m.region
	if region == "" {
		region = d.Settings["aws_region_name"]
	}
	if region == "" {
		return "", &llm.Error{Class: llm.BadRequestError, Param: "model", Message: "bedrock needs aws_region_name, or the model's ARN, to rank by " + d.Model}
	}
	return "arn:aws:bedrock:" + region + "::foundation-model/" + m.id, nil
}
