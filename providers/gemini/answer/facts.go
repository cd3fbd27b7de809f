package answer

import (
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Facts are what counts of an answer, or of an event of a stream, that a caller
// gets as it is.
type Facts struct {
	Usage    llm.Usage
	Answered bool  // it has an answer, or says why there is none
	Said     bool  // more than counts
	Blocked  bool  // the prompt was refused, so that no candidate comes
	Finished []int // the indexes of the candidates that end with it
}

// Look reads the facts. An *llm.Error is Google's own, in place of an answer.
func Look(call *llm.Call, body []byte) (Facts, error) {
	o, err := raw.Parse(body)
	if err != nil {
		return Facts{}, err
	}
	if o.Has("error") {
		return Facts{}, Fail(call, &wire.Response{Status: http.StatusOK, Body: body})
	}
	r := &response{}
	if v, ok := o.Raw("usageMetadata"); ok {
		if err := r.counts(v); err != nil {
			return Facts{}, err
		}
	}
	f := Facts{Usage: r.usage}
	candidates, _ := o.Raw("candidates")
	for _, v := range raw.Items(candidates) {
		f.Answered = true
		if err := f.candidate(v); err != nil {
			return f, err
		}
	}
	if reason := blocked(o); reason != "" {
		f.Answered, f.Said, f.Blocked = true, true, true
	}
	return f, nil
}

func (f *Facts) candidate(v json.RawMessage) error {
	c, err := raw.Parse(v)
	if err != nil {
		return err
	}
	if v, ok := c.Raw("groundingMetadata"); ok {
		f.Usage.Searches += searches(v)
	}
	reason, _ := c.Text("finishReason")
	f.Said = f.Said || c.Has("content")
	if reason == "" || reason == "FINISH_REASON_UNSPECIFIED" {
		return nil
	}
	index := 0
	if v, ok := c.Raw("index"); ok {
		if err := json.Unmarshal(v, &index); err != nil {
			return err
		}
	}
	f.Finished, f.Said = append(f.Finished, index), true
	return nil
}

// blocked is why the prompt was refused; "" when it was not.
func blocked(o raw.Object) string {
	v, ok := o.Raw("promptFeedback")
	if !ok {
		return ""
	}
	feedback, err := raw.Parse(v)
	if err != nil {
		return "" // nothing that counts
	}
	reason, _ := feedback.Text("blockReason")
	return reason
}

// Whole reads the facts of a plain answer.
func Whole(call *llm.Call, answer *wire.Response) (*llm.Reply, error) {
	f, err := Look(call, answer.Body)
	if err != nil {
		return nil, err
	}
	if !f.Answered {
		return nil, errNoCandidates
	}
	if tier := answer.Header.Get("X-Gemini-Service-Tier"); tier == "flex" || tier == "priority" {
		f.Usage.Tier = tier
	}
	body, err := raw.Parse(answer.Body)
	return &llm.Reply{Body: body, Usage: f.Usage}, err
}
