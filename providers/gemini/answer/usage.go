package answer

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// counts reads usageMetadata. What a tool gave the model to read is beside the
// prompt and paid like it; thoughts are beside the candidates, save where the
// total shows that they are among them. Each event of a stream has counts, so
// that only what is needed of them is read.
// https://ai.google.dev/api/generate-content#UsageMetadata
func (r *response) counts(v json.RawMessage) error {
	o, err := raw.Parse(v)
	if err != nil {
		return err
	}
	var prompt, tools, total int64
	var in, cached, out kinds
	u := llm.Usage{Known: true}
	for name, v := range o.All() {
		switch name {
		case "promptTokenCount":
			prompt = number(v)
		case "cachedContentTokenCount":
			u.CacheRead = number(v)
		case "candidatesTokenCount":
			u.Out = number(v)
		case "thoughtsTokenCount":
			u.Reasoning = number(v)
		case "toolUsePromptTokenCount":
			tools = number(v)
		case "totalTokenCount":
			total = number(v)
		case "promptTokensDetails":
			in, err = kindsOf(v)
		case "cacheTokensDetails":
			cached, err = kindsOf(v)
		case "candidatesTokensDetails":
			out, err = kindsOf(v)
		case "toolUsePromptTokensDetails":
		case "serviceTier":
			u.Tier, _ = o.Text(name)
		case "trafficType":
			word, _ := o.Text(name)
			u.Tier = tiers[word]
			r.billed = r.billed.WithRaw("traffic_type", v) // LiteLLM's name
		default:
			r.billed = r.billed.WithRaw(name, v)
		}
		if err != nil {
			return err
		}
	}
	if prompt+tools+u.Out != total || total == 0 {
		u.Out += u.Reasoning
	}
	if u.Tier != "flex" && u.Tier != "priority" { // the others have the usual price
		u.Tier = ""
	}
	u.In = prompt - u.CacheRead + tools
	u.AudioIn, u.ImageIn = in.audio-cached.audio, in.image-cached.image
	u.AudioOut, u.ImageOut = out.audio, out.image
	r.usage = u
	return nil
}

// tiers are the kinds of traffic that have a price of their own.
// https://docs.cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo
var tiers = map[string]string{"ON_DEMAND_PRIORITY": "priority", "ON_DEMAND_FLEX": "flex"}

func number(v json.RawMessage) int64 {
	n, _ := strconv.ParseInt(string(v), 10, 64) // anything else counts nothing
	return n
}

// kinds are the tokens of those kinds that may have a price of their own.
type kinds struct{ audio, image int64 }

func kindsOf(v json.RawMessage) (k kinds, err error) {
	if !bytes.Contains(v, []byte("AUDIO")) && !bytes.Contains(v, []byte("IMAGE")) {
		return k, nil
	}
	var all []struct {
		Modality string `json:"modality"`
		Count    int64  `json:"tokenCount"`
	}
	if err := json.Unmarshal(v, &all); err != nil {
		return k, err
	}
	for _, m := range all {
		switch m.Modality {
		case "AUDIO":
			k.audio += m.Count
		case "IMAGE":
			k.image += m.Count
		}
	}
	return k, nil
}
