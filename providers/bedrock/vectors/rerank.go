package vectors

import (
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
)

// Rerank writes the request of Bedrock's own Rerank, for the model of an ARN.
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
func Rerank(call *llm.Call, arn string) (raw.Object, error) {
	r, err := embed.ReadRanking(call)
	if err != nil {
		return raw.Object{}, err
	}
	texts, err := r.Texts()
	if err != nil {
		return raw.Object{}, err
	}
	sources := make([]raw.Object, len(texts))
	for i, text := range texts {
		document := chat.Typed("TEXT").WithRaw("textDocument", raw.Object{}.WithRaw("text", text).Bytes())
		sources[i] = chat.Typed("INLINE").WithRaw("inlineDocumentSource", document.Bytes())
	}
	query := chat.Typed("TEXT").WithRaw("textQuery", raw.Object{}.WithRaw("text", r.Query).Bytes())
	config := r.Move(raw.Object{}, "top_n", "numberOfResults")
	model := raw.Object{}.WithText("modelArn", arn)
	rest, err := r.Rest()
	if err != nil {
		return raw.Object{}, err
	}
	if rest.Len() > 0 {
		model = model.WithRaw("additionalModelRequestFields", rest.Bytes())
	}
	config = config.WithRaw("modelConfiguration", model.Bytes())
	return raw.Object{}.WithList("queries", []raw.Object{query}).WithList("sources", sources).
		WithRaw("rerankingConfiguration", chat.Typed("BEDROCK_RERANKING_MODEL").WithRaw("bedrockRerankingConfiguration", config.Bytes()).Bytes()), nil
}

// Ranks reads what Rerank answers.
func Ranks(body raw.Object) ([]embed.Rank, error) {
	v, _ := body.Raw("results")
	return embed.Ranks(v, "relevanceScore")
}
