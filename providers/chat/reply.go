package chat

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Answer is one choice of a plain reply.
type Answer struct {
	Text      string
	Refusal   string
	Reasoning string
	Thoughts  []raw.Object    // thinking_blocks: what must be given back as it is
	Calls     []ToolCall      // an empty ID gets one
	Finish    string          // stop, length, tool_calls or content_filter; "" is stop. Calls make a stop tool_calls
	Logprobs  json.RawMessage // nil: null
	More      raw.Object      // further members of the message: annotations, audio, images
	Fields    raw.Object      // provider_specific_fields: what OpenAI has no word for
}

// Head is what a reply says of itself. Zero members are filled in.
type Head struct {
	ID, Model string
	Created   int64      // seconds
	More      raw.Object // service_tier, system_fingerprint, ...
}

// complete fills in what the vendor did not say.
func (h Head) complete(call *llm.Call, now func() time.Time) Head {
	if h.ID == "" {
		h.ID = "chatcmpl-" + call.Record.RequestID
	}
	if h.Model == "" {
		h.Model = call.To.Model
	}
	if h.Created == 0 {
		h.Created = now().Unix()
	}
	return h
}

func (h Head) object(kind string) raw.Object {
	return raw.New(
		raw.Member{Name: "id", Value: raw.Quote(h.ID)},
		raw.Member{Name: "object", Value: raw.Quote(kind)},
		raw.Member{Name: "created", Value: number(h.Created)},
		raw.Member{Name: "model", Value: raw.Quote(h.Model)},
	).Merged(h.More)
}

// Reply writes a plain reply.
func Reply(call *llm.Call, now func() time.Time, h Head, answers []Answer, u llm.Usage) *llm.Reply {
	choices := make([]raw.Object, len(answers))
	for i, a := range answers {
		choices[i] = a.choice(call, i)
	}
	o := h.complete(call, now).object("chat.completion").WithRaw("choices", raw.List(choices))
	if u.Known {
		o = o.WithRaw("usage", UsageObject(u).Bytes())
	}
	return &llm.Reply{Body: o, Usage: u}
}

func (a *Answer) choice(call *llm.Call, index int) raw.Object {
	m := raw.Object{}.WithText("role", "assistant")
	if a.Text != "" || len(a.Calls)+len(a.Thoughts)+a.More.Len()+len(a.Refusal) == 0 {
		m = m.WithText("content", a.Text)
	} else {
		m = m.WithRaw("content", json.RawMessage("null"))
	}
	if a.Refusal != "" {
		m = m.WithText("refusal", a.Refusal)
	} else {
		m = m.WithRaw("refusal", json.RawMessage("null"))
	}
	if len(a.Calls) > 0 {
		calls := make([]raw.Object, len(a.Calls))
		for i, c := range a.Calls {
			if c.ID == "" {
				c.ID = callID(call, index, i)
			}
			f := raw.Object{}.WithText("name", c.Name).WithText("arguments", string(c.Arguments))
			calls[i] = raw.Object{}.WithText("id", c.ID).WithText("type", "function").WithRaw("function", f.Bytes())
			if c.Fields.Len() > 0 {
				calls[i] = calls[i].WithRaw("provider_specific_fields", c.Fields.Bytes())
			}
		}
		m = m.WithRaw("tool_calls", raw.List(calls))
	}
	if a.Reasoning != "" {
		m = m.WithText("reasoning_content", a.Reasoning)
	}
	if len(a.Thoughts) > 0 {
		m = m.WithRaw("thinking_blocks", raw.List(a.Thoughts))
	}
	m = m.Merged(a.More)
	if a.Fields.Len() > 0 {
		m = m.WithRaw("provider_specific_fields", a.Fields.Bytes())
	}
	logprobs := a.Logprobs
	if len(logprobs) == 0 {
		logprobs = json.RawMessage("null")
	}
	return raw.New(
		raw.Member{Name: "index", Value: number(int64(index))},
		raw.Member{Name: "message", Value: m.Bytes()},
		raw.Member{Name: "logprobs", Value: logprobs},
		raw.Member{Name: "finish_reason", Value: raw.Quote(finish(a.Finish, len(a.Calls)))},
	)
}

// finish is OpenAI's word: a model that stopped to have tools called says so.
func finish(word string, calls int) string {
	switch {
	case word != "" && word != "stop":
		return word
	case calls > 0:
		return "tool_calls"
	}
	return "stop"
}

// callID names a tool call of a vendor that does not: the same request's same
// call always has the same name, so that a stream and a reply agree.
func callID(call *llm.Call, choice, n int) string {
	sum := sha256.Sum256([]byte(call.Record.RequestID + ":" + strconv.Itoa(choice) + ":" + strconv.Itoa(n)))
	return "call_" + hex.EncodeToString(sum[:12])
}
