package cohere

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNoMessage = errors.New("no message in the answer")

// message is what a plain reply says.
type message struct {
	Content []json.RawMessage `json:"content"`
	Plan    string            `json:"tool_plan"`
	Calls   []toolCall        `json:"tool_calls"`
}

// toolCall is a call, or in a stream what is known of one.
type toolCall struct {
	ID       string `json:"id"`
	Function struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"` // a text that holds JSON
	} `json:"function"`
}

// decode translates a plain answer. What OpenAI has no words for, such as
// citations, goes to provider_specific_fields.
func decode(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	id, _ := body.Text("id")
	word, _ := body.Text("finish_reason")
	if err := failure(word, ""); err != nil {
		return nil, err
	}
	v, _ := body.Raw("message")
	own, err := raw.Parse(v)
	if err != nil {
		return nil, errNoMessage
	}
	var m message
	if err := json.Unmarshal(v, &m); err != nil {
		return nil, err
	}
	out := chat.Answer{
		Reasoning: m.Plan, Finish: finish(word),
		Fields: own.Without("role", "content", "tool_plan", "tool_calls").
			Merged(body.Without("id", "finish_reason", "message", "usage", "logprobs")).Merged(noted(word)),
	}
	if err := hear(&out, m.Content); err != nil {
		return nil, err
	}
	for _, c := range m.Calls {
		out.Calls = append(out.Calls, chat.ToolCall{ID: c.ID, Name: c.Function.Name, Arguments: c.arguments()})
	}
	v, _ = body.Raw("logprobs")
	if out.Logprobs, err = logprobs(v); err != nil {
		return nil, err
	}
	v, _ = body.Raw("usage")
	u := usage(v)
	if u.Known {
		out.Fields = out.Fields.WithRaw("usage", v)
	}
	return chat.Reply(call, now, chat.Head{ID: id}, []chat.Answer{out}, u), nil
}

// hear reads the parts of a content.
func hear(out *chat.Answer, parts []json.RawMessage) error {
	var odd []raw.Object
	for _, v := range parts {
		o, err := raw.Parse(v)
		if err != nil {
			return err
		}
		switch kind, _ := o.Text("type"); kind {
		case "text":
			text, _ := o.Text("text")
			out.Text += text
		case "thinking":
			text, _ := o.Text("thinking")
			out.Reasoning += text
			out.Thoughts = append(out.Thoughts, o)
		default:
			odd = append(odd, o)
		}
	}
	if len(odd) > 0 {
		out.Fields = out.Fields.WithRaw("content", raw.List(odd))
	}
	return nil
}

// arguments are the JSON in the text; Cohere leaves out those of a function
// without parameters.
func (c *toolCall) arguments() json.RawMessage {
	var text string
	if json.Unmarshal(c.Function.Arguments, &text) != nil || text == "" {
		return json.RawMessage("{}")
	}
	return json.RawMessage(text)
}

// finish is OpenAI's word for why a reply ended.
func finish(word string) string {
	switch word {
	case "MAX_TOKENS":
		return "length"
	case "TOOL_CALL":
		return "tool_calls"
	}
	return "stop"
}

// noted keeps a reason to end that OpenAI has no word for, such as
// STOP_SEQUENCE.
func noted(word string) raw.Object {
	switch word {
	case "", "COMPLETE", "MAX_TOKENS", "TOOL_CALL":
		return raw.Object{}
	}
	return raw.Object{}.WithText("finish_reason", word)
}

// failure is the error of a reply that ended with one, in place of its reason
// to end. Nil: there is none.
func failure(word, message string) error {
	class := llm.InternalServerError
	switch {
	case word == "TIMEOUT":
		class = llm.Timeout
	case word != "ERROR" && message == "":
		return nil
	}
	if message == "" {
		message = "the generation failed: " + word
	}
	return &llm.Error{Class: class, Message: message, Code: word}
}
