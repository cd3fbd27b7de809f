package generate

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Reply says a chat's reply as a GenerateContentResponse. call is the caller's
// own.
func Reply(call *llm.Call, reply *llm.Reply) (*llm.Reply, error) {
	if err := raw.Strict(reply.Body.Bytes()); err != nil {
		return nil, odd(err)
	}
	shows := includesThoughts(call)
	v, _ := reply.Body.Raw("choices")
	var candidates []raw.Object
	for _, item := range raw.Items(v) {
		c, err := raw.Parse(item)
		if err != nil {
			return nil, odd(err)
		}
		candidate, err := whole(c, shows)
		if err != nil {
			return nil, odd(err)
		}
		candidates = append(candidates, candidate)
	}
	o := raw.Object{}.WithList("candidates", candidates)
	if reply.Usage.Known {
		o = o.WithRaw("usageMetadata", usage(reply.Usage))
	}
	return &llm.Reply{Body: o.Merged(from(reply.Body)), Usage: reply.Usage}, nil
}

// from is which model answered, and the answer's id.
func from(body raw.Object) raw.Object {
	o := raw.Object{}
	for _, name := range [][2]string{{"model", "modelVersion"}, {"id", "responseId"}} {
		if v, _ := body.Raw(name[0]); isText(v) {
			o = o.WithRaw(name[1], v)
		}
	}
	return o
}

// includesThoughts reports whether the caller wants to see what was thought.
func includesThoughts(call *llm.Call) bool {
	o, _ := named(call.Body) // Call has refused what is wrong with it
	for _, name := range []string{"generationConfig", "thinkingConfig"} {
		o, _ = member(name, o, name)
	}
	v, _ := o.Raw("includeThoughts")
	return string(v) == "true"
}

// whole is a choice as a candidate.
func whole(choice raw.Object, shows bool) (raw.Object, error) {
	index, err := indexOf(choice)
	if err != nil {
		return choice, err
	}
	m, err := inner(choice, "message")
	if err != nil {
		return choice, err
	}
	p, err := said(m, shows, false)
	if err != nil {
		return choice, err
	}
	list, _ := m.Raw("tool_calls")
	calls, err := callsOf(list)
	if err != nil {
		return choice, err
	}
	e := ending{word: text(choice, "finish_reason"), refused: text(m, "refusal") != "", own: fieldsOf(m)}
	for _, c := range calls {
		if call, ok := c.part(); ok {
			p.parts = append(p.parts, call)
		} else if e.malformed == "" {
			e.malformed = c.name
		}
	}
	o := raw.New(
		raw.Member{Name: "content", Value: content(append(p.parts, p.own...))},
		raw.Member{Name: "finishReason", Value: raw.Quote(e.reason())},
		raw.Member{Name: "index", Value: strconv.AppendInt(nil, int64(index), 10)},
	)
	v, _ := choice.Raw("logprobs")
	likely, err := logprobs(v)
	if err != nil {
		return choice, err
	}
	if likely != nil {
		o = o.WithRaw("logprobsResult", likely)
	}
	return o.Merged(e.more()).Merged(citations(m)).Merged(grounding(e.own)), nil
}

func content(parts []raw.Object) json.RawMessage {
	if len(parts) == 0 {
		parts = []raw.Object{raw.Object{}.WithText("text", "")}
	}
	return raw.Object{}.WithList("parts", parts).WithText("role", "model").Bytes()
}

// usage counts cached tokens as part of the prompt, and what was thought beside
// the answer. https://ai.google.dev/api/generate-content#UsageMetadata
func usage(u llm.Usage) json.RawMessage {
	o := raw.Object{}
	for _, c := range []struct {
		name string
		n    int64
		some bool // shown when there are any
	}{
		{"promptTokenCount", u.Prompt(), false},
		{"cachedContentTokenCount", u.CacheRead, true},
		{"candidatesTokenCount", max(u.Out-u.Reasoning, 0), false},
		{"thoughtsTokenCount", u.Reasoning, true},
		{"totalTokenCount", u.Prompt() + max(u.Out, u.Reasoning), false},
	} {
		if c.n != 0 || !c.some {
			o = o.WithRaw(c.name, strconv.AppendInt(nil, c.n, 10))
		}
	}
	return o.Bytes()
}

// ending is how a candidate ended.
type ending struct {
	word      string // OpenAI's; "" when nobody said
	refused   bool
	malformed string     // the function whose call cannot be read
	own       raw.Object // provider_specific_fields
}

// reason is Google's word: the provider's own, if it is one.
// https://ai.google.dev/api/generate-content#FinishReason
func (e *ending) reason() string {
	if own := text(e.own, "finish_reason"); own != "" && strings.ToUpper(own) == own {
		return own
	}
	switch {
	case e.word == "length":
		return "MAX_TOKENS"
	case e.word == "content_filter", e.refused:
		return "SAFETY"
	case e.malformed != "":
		return "MALFORMED_FUNCTION_CALL"
	}
	return "STOP"
}

// more is what there is to say of it.
func (e *ending) more() raw.Object {
	switch {
	case e.own.Has("finish_message"):
		v, _ := e.own.Raw("finish_message")
		return raw.Object{}.WithRaw("finishMessage", v)
	case e.reason() == "MALFORMED_FUNCTION_CALL" && e.malformed != "":
		return raw.Object{}.WithText("finishMessage", "the model called "+e.malformed+" with arguments that are not a JSON object")
	}
	return raw.Object{}
}

func indexOf(o raw.Object) (int, error) {
	v, ok := o.Raw("index")
	if !ok {
		return 0, nil
	}
	n, err := strconv.Atoi(string(v))
	return n, err
}

// inner is an object in an object, empty when there is none.
func inner(o raw.Object, name string) (raw.Object, error) {
	if !o.Has(name) {
		return raw.Object{}, nil
	}
	v, _ := o.Raw(name)
	return raw.Parse(v)
}

func text(o raw.Object, name string) string {
	s, _ := o.Text(name)
	return s
}

// fieldsOf are what OpenAI has no word for.
func fieldsOf(o raw.Object) raw.Object {
	fields, _ := inner(o, "provider_specific_fields") // what is no object says nothing
	return fields
}

func odd(err error) *llm.Error {
	return &llm.Error{Class: llm.BadGatewayError, Message: "the provider answered something that is not a chat completion", Err: err}
}
