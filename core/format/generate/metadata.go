package generate

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// logprobs says chat's logprobs as a LogprobsResult; nil when there are none.
// https://ai.google.dev/api/generate-content#LogprobsResult
func logprobs(v json.RawMessage) (json.RawMessage, error) {
	type likely struct {
		Token   string          `json:"token"`
		Logprob json.RawMessage `json:"logProbability"`
	}
	type token struct {
		Token   string          `json:"token"`
		Logprob json.RawMessage `json:"logprob"`
	}
	var in struct {
		Content []struct {
			token
			Top []token `json:"top_logprobs"`
		} `json:"content"`
	}
	if len(v) == 0 || string(v) == "null" {
		return nil, nil
	}
	if err := json.Unmarshal(v, &in); err != nil || in.Content == nil {
		return nil, err
	}
	type candidates struct {
		Candidates []likely `json:"candidates"`
	}
	var out struct {
		Top    []candidates `json:"topCandidates"`
		Chosen []likely     `json:"chosenCandidates"`
	}
	for _, t := range in.Content {
		out.Chosen = append(out.Chosen, likely(t.token))
		top := candidates{Candidates: []likely{}}
		for _, other := range t.Top {
			top.Candidates = append(top.Candidates, likely(other))
		}
		out.Top = append(out.Top, top)
	}
	return json.Marshal(out)
}

// citations are the pages of the web that an answer names.
// https://ai.google.dev/api/generate-content#citationmetadata
func citations(m raw.Object) raw.Object {
	list, err := listed(m, "annotations")
	if err != nil {
		return raw.Object{} // of no meaning to OpenAI's clients either
	}
	var all []raw.Object
	for _, a := range list {
		in, err := inner(a, "url_citation")
		if err != nil || in.Len() == 0 {
			continue
		}
		o := raw.Object{}
		for _, name := range [][2]string{{"start_index", "startIndex"}, {"end_index", "endIndex"}, {"url", "uri"}, {"title", "title"}} {
			if v, _ := in.Raw(name[0]); in.Has(name[0]) {
				o = o.WithRaw(name[1], v)
			}
		}
		all = append(all, o)
	}
	if len(all) == 0 {
		return raw.Object{}
	}
	return raw.Object{}.WithRaw("citationMetadata", raw.Object{}.WithList("citations", all).Bytes())
}

// grounding is what Google's own models say of an answer's sources and safety,
// out of the lists that LiteLLM makes of them.
func grounding(fields raw.Object) raw.Object {
	o := raw.Object{}
	for _, name := range [][2]string{
		{"vertex_ai_grounding_metadata", "groundingMetadata"},
		{"vertex_ai_url_context_metadata", "urlContextMetadata"},
		{"vertex_ai_safety_results", "safetyRatings"},
		{"vertex_ai_citation_metadata", "citationMetadata"},
	} {
		list, _ := fields.Raw(name[0])
		for _, v := range raw.Items(list) {
			o = o.WithRaw(name[1], v)
			break
		}
	}
	return o
}
