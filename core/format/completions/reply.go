package completions

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// object is what a completion and each piece of its stream say they are.
const object = "text_completion"

// Reply says a chat's reply as a completion. call is the caller's own.
func Reply(call *llm.Call, reply *llm.Reply) (*llm.Reply, error) {
	w := begin(call)
	v, _ := reply.Body.Raw("choices")
	choices, err := w.choices(v, "message")
	if err != nil {
		return nil, err
	}
	for i := range choices {
		if !choices[i].Has("finish_reason") {
			choices[i] = choices[i].WithText("finish_reason", "stop")
		}
	}
	body := reply.Body.WithText("object", object).WithList("choices", choices)
	return &llm.Reply{Body: body, Usage: reply.Usage}, nil
}

// writer turns the choices of chat's replies, or of pieces of them, into a
// completion's.
type writer struct {
	prompt json.RawMessage // a JSON string; "" is not echoed
	length int             // of the prompt, in characters
	begun  map[int]*piece  // by the index of their choice
}

// piece is how far a choice has come.
type piece struct {
	echoed bool
	at     int // characters from the prompt's beginning, of the next token
}

func begin(call *llm.Call) *writer {
	w := &writer{prompt: json.RawMessage(`""`), begun: map[int]*piece{}}
	prompt, err := one(call.Body)
	if err != nil { // Call has refused it
		return w
	}
	var s string
	_ = json.Unmarshal(prompt, &s) // prompts has read it
	w.length = utf8.RuneCountInString(s)
	if echo, _ := echoes(call.Body); echo {
		w.prompt = prompt
	}
	return w
}

// choices reads choices whose text is in their member of that name.
func (w *writer) choices(v json.RawMessage, member string) ([]raw.Object, error) {
	var out []raw.Object
	for _, item := range raw.Items(v) {
		in, err := raw.Parse(item)
		if err != nil {
			return nil, odd(err)
		}
		c, some, err := w.choice(in, member)
		if err != nil {
			return nil, odd(err)
		}
		if some || member == "message" {
			out = append(out, c)
		}
	}
	return out, nil
}

// choice reports also whether there is anything to say.
func (w *writer) choice(in raw.Object, member string) (out raw.Object, some bool, err error) {
	index := 0
	v, ok := in.Raw("index")
	if ok {
		if err := json.Unmarshal(v, &index); err != nil {
			return out, false, err
		}
	}
	p := w.begun[index]
	if p == nil {
		p = &piece{at: w.length}
		w.begun[index] = p
	}
	said, err := said(in, member)
	if err != nil {
		return out, false, err
	}
	v, _ = in.Raw("logprobs")
	likely, err := logprobs(v, &p.at)
	if err != nil {
		return out, false, err
	}
	end := finish(in)
	some = len(said) > 2 || string(end) != "null"
	if (some || member == "message") && !p.echoed {
		said, p.echoed = joined(w.prompt, said), true
	}
	index64, err := json.Marshal(index)
	if err != nil {
		return out, false, err
	}
	return raw.New(
		raw.Member{Name: "text", Value: said},
		raw.Member{Name: "index", Value: index64},
		raw.Member{Name: "logprobs", Value: likely},
		raw.Member{Name: "finish_reason", Value: end},
	), some, nil
}

// said is what a message or delta says, which may be that it refuses: a JSON
// string.
func said(choice raw.Object, member string) (json.RawMessage, error) {
	if !choice.Has(member) {
		return json.RawMessage(`""`), nil
	}
	v, _ := choice.Raw(member)
	m, err := raw.Parse(v)
	if err != nil {
		return nil, err
	}
	content, _ := m.Raw("content")
	refusal, _ := m.Raw("refusal")
	return joined(text(content), text(refusal)), nil
}

// joined is two JSON strings as one.
func joined(a, b json.RawMessage) json.RawMessage {
	switch {
	case len(a) <= 2:
		return b
	case len(b) <= 2:
		return a
	}
	out := make(json.RawMessage, 0, len(a)+len(b))
	return append(append(out, a[:len(a)-1]...), b[1:]...)
}

// finish is why a choice ended, in the words that a completion has; null when
// it did not.
func finish(choice raw.Object) json.RawMessage {
	switch v, _ := choice.Raw("finish_reason"); string(v) {
	case "", "null", `""`:
		return json.RawMessage("null")
	case `"length"`, `"content_filter"`:
		return v
	}
	return json.RawMessage(`"stop"`)
}

func odd(err error) *llm.Error {
	return &llm.Error{Class: llm.BadGatewayError, Message: "the provider answered something that is not a chat completion", Err: err}
}
