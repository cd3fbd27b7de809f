package answer

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// modality is how many tokens are of one kind.
type modality struct {
	Modality string `json:"modality"`
	Count    int64  `json:"tokenCount"`
}

// counted are the members of usageMetadata that llm.Usage has places for.
var counted = []string{
	"promptTokenCount", "cachedContentTokenCount", "candidatesTokenCount", "thoughtsTokenCount",
	"toolUsePromptTokenCount", "totalTokenCount", "promptTokensDetails", "cacheTokensDetails",
	"candidatesTokensDetails", "toolUsePromptTokensDetails",
}

// counts reads usageMetadata. What a tool gave the model to read is beside the
// prompt and paid like it; thoughts are beside the candidates, save where the
// total shows that they are among them.
// https://ai.google.dev/api/generate-content#UsageMetadata
func (r *response) counts(v json.RawMessage) error {
	var u struct {
		Prompt     int64      `json:"promptTokenCount"`
		Cached     int64      `json:"cachedContentTokenCount"`
		Out        int64      `json:"candidatesTokenCount"`
		Thoughts   int64      `json:"thoughtsTokenCount"`
		Tools      int64      `json:"toolUsePromptTokenCount"`
		Total      int64      `json:"totalTokenCount"`
		PromptBy   []modality `json:"promptTokensDetails"`
		CachedBy   []modality `json:"cacheTokensDetails"`
		OutBy      []modality `json:"candidatesTokensDetails"`
		Traffic    string     `json:"trafficType"`
		ServedTier string     `json:"serviceTier"`
	}
	if err := json.Unmarshal(v, &u); err != nil {
		return err
	}
	if u.Prompt+u.Tools+u.Out != u.Total || u.Total == 0 {
		u.Out += u.Thoughts
	}
	r.usage = llm.Usage{
		Known: true, In: u.Prompt - u.Cached + u.Tools, CacheRead: u.Cached, Out: u.Out, Reasoning: u.Thoughts,
		AudioIn: of("AUDIO", u.PromptBy) - of("AUDIO", u.CachedBy), ImageIn: of("IMAGE", u.PromptBy) - of("IMAGE", u.CachedBy),
		AudioOut: of("AUDIO", u.OutBy), ImageOut: of("IMAGE", u.OutBy), Tier: tiers[u.Traffic],
	}
	if tier := u.ServedTier; tier == "flex" || tier == "priority" {
		r.usage.Tier = tier
	}
	o, err := raw.Parse(v)
	if err != nil {
		return err
	}
	if rest := o.Without(counted...).Without("trafficType"); rest.Len() > 0 {
		r.billed = r.billed.WithRaw("usage_metadata", rest.Bytes())
	}
	if v, ok := o.Raw("trafficType"); ok {
		r.billed = r.billed.WithRaw("traffic_type", v) // LiteLLM's name
	}
	return nil
}

// tiers are the kinds of traffic that have a price of their own.
// https://docs.cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo
var tiers = map[string]string{"ON_DEMAND_PRIORITY": "priority", "ON_DEMAND_FLEX": "flex"}

func of(kind string, all []modality) (n int64) {
	for _, m := range all {
		if m.Modality == kind {
			n += m.Count
		}
	}
	return n
}
