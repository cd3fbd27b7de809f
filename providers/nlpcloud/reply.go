package nlpcloud

import (
	"encoding/json"
	"errors"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

var errNoText = errors.New("the answer has no text")

// answer reads what either door says. The chatbot repeats the conversation,
// which the caller has.
func answer(_ *llm.Call, body []byte) (chat.Head, []chat.Answer, llm.Usage, error) {
	var u llm.Usage
	o, err := raw.Parse(body)
	if err != nil {
		return chat.Head{}, nil, u, err
	}
	text, ok := o.Text("response")
	if !ok {
		if text, ok = o.Text("generated_text"); !ok {
			return chat.Head{}, nil, u, errNoText
		}
	}
	var counts struct {
		In  *int64 `json:"nb_input_tokens"`
		Out *int64 `json:"nb_generated_tokens"`
	}
	if err := json.Unmarshal(body, &counts); err != nil {
		return chat.Head{}, nil, u, err
	}
	if counts.In != nil && counts.Out != nil {
		u = llm.Usage{Known: true, In: max(0, *counts.In), Out: max(0, *counts.Out)}
	}
	rest := o.Without("response", "history", "generated_text", "nb_input_tokens", "nb_generated_tokens")
	return chat.Head{}, []chat.Answer{{Text: text, Fields: rest}}, u, nil
}
