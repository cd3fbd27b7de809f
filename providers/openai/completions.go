package openai

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai/usage"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Completions is the codec of the legacy completions, for vendors whose models
// complete texts. Requests, replies and chunks pass as the bytes they are, like
// chat's; of a vendor's quirks only NoStreamOptions counts, for the others are
// of chat.
//
// Source: https://platform.openai.com/docs/api-reference/completions
func Completions(q Quirks, now func() time.Time) wire.Codec {
	return wire.Codec{
		Encode: func(c *llm.Call) (*wire.Request, error) { return encodeCompletion(q, c), nil },
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return decodeCompletion(c, r, now) },
		Events: func(c *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
			return func(yield func(llm.Event, error) bool) {
				s := completing{call: c, now: now, head: true, open: completionsOf(c)}
				s.read(in, yield)
			}
		},
	}
}

func encodeCompletion(q Quirks, call *llm.Call) *wire.Request {
	body := call.Body
	if model, _ := body.Text("model"); model != call.To.Model {
		body = body.WithText("model", call.To.Model)
	}
	req := &wire.Request{Path: "/completions", Header: headers(call.To)}
	switch {
	case q.NoStreamOptions:
		body = body.Without(streamOptions)
	case call.Stream:
		if asked := body; !asked.Has(streamOptions) {
			req.Added, req.Without = streamOptions, func() []byte { return asked.Bytes() }
		}
		body = withUsage(body)
	}
	req.Body = body.Bytes()
	return req
}

func decodeCompletion(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	if !body.Has("choices") {
		return nil, errNoChoices
	}
	reply := &llm.Reply{Body: completeCompletion(body, call, now)}
	if v, ok := body.Raw("usage"); ok {
		reply.Usage = usage.Of(v, usage.Tier(body))
	}
	return reply, nil
}

// completeCompletion is complete with a completion's own kind of id.
func completeCompletion(body raw.Object, call *llm.Call, now func() time.Time) raw.Object {
	if lacks(body, "id") {
		body = body.WithText("id", "cmpl-"+call.Record.RequestID)
	}
	return complete(body, "text_completion", call, now)
}

// completionsOf is how many completions were asked for: n of each prompt.
func completionsOf(call *llm.Call) int {
	v, _ := call.Body.Raw("n")
	n, err := strconv.Atoi(string(v))
	if err != nil || n < 1 {
		n = 1
	}
	prompts := 0
	v, _ = call.Body.Raw("prompt")
	for _, item := range raw.Items(v) {
		if item[0] == '"' || item[0] == '[' { // not a token
			prompts++
		}
	}
	return n * max(prompts, 1)
}

// completing is a stream on its way.
type completing struct {
	call  *llm.Call
	now   func() time.Time
	head  bool // no text yet
	open  int  // completions without a finish reason
	begun bool
	mend  bool       // chunks lack members
	first raw.Object // the members all chunks have alike
	usage *llm.Usage
	tail  []byte // the chunk that reports usage, kept for the end
}

func (s *completing) read(in iter.Seq2[sse.Event, error], yield func(llm.Event, error) bool) {
	for ev, err := range in {
		if err != nil {
			yield(llm.Event{}, err)
			return
		}
		if string(bytes.TrimSpace(ev.Data)) == done {
			yield(s.last(), nil)
			return
		}
		out, err := s.chunk(ev)
		if !yield(out, err) || err != nil {
			return
		}
	}
	if s.open > 0 || s.call.Options.IncludeUsage && s.usage == nil {
		yield(llm.Event{}, wire.ErrCut)
		return
	}
	yield(s.last(), nil) // all was said; only the terminator is missing
}

// chunk turns one chunk into one event, and keeps usage for the end.
func (s *completing) chunk(ev sse.Event) (llm.Event, error) {
	if ev.Name == "error" || failed(ev.Data) {
		return llm.Event{}, chat.Fail(s.call, &wire.Response{Status: 200, Body: ev.Data})
	}
	body, err := s.whole(ev.Data)
	if err != nil {
		return llm.Event{}, err
	}
	s.head = s.head && !tells(ev.Data)
	s.open -= values(ev.Data, `"finish_reason"`, '"')
	out := llm.Event{Data: ev.Data, Head: s.head, More: ev.More}
	if s.mend {
		out.Data = body.Bytes()
	}
	v, _ := body.Raw("usage")
	u := usage.Of(v, usage.Tier(body))
	if !u.Known {
		return out, nil
	}
	s.usage = &u
	if s.open > 0 { // the stream may yet be cut
		out.Usage = s.usage
	}
	out.Data = nil
	s.tail = bytes.Clone(body.WithRaw("choices", json.RawMessage("[]")).Bytes())
	if !empty(body, "choices") {
		out.Data = body.Without("usage").Bytes()
	}
	return out, nil
}

// whole is a chunk with the members that it lacks.
func (s *completing) whole(data []byte) (raw.Object, error) {
	body, err := raw.Parse(data)
	if err != nil {
		return body, err
	}
	if !s.begun {
		s.begun = true
		for _, name := range []string{"id", "object", "created", "model"} {
			s.mend = s.mend || lacks(body, name)
		}
		for name, v := range completeCompletion(body, s.call, s.now).Without("choices", "usage").All() {
			s.first = s.first.WithRaw(name, bytes.Clone(v))
		}
	}
	if !s.mend {
		return body, nil
	}
	for name, v := range s.first.All() {
		if lacks(body, name) {
			body = body.WithRaw(name, v)
		}
	}
	return body, nil
}

// last ends the stream, with the usage chunk when it was asked for.
func (s *completing) last() llm.Event {
	out := llm.Event{Last: true, Usage: s.usage}
	if s.call.Options.IncludeUsage {
		out.Data = s.tail
	}
	return out
}

// tells reports whether a chunk holds something a caller would miss.
func tells(data []byte) bool {
	var chunk struct {
		Choices []struct {
			Text   string  `json:"text"`
			Finish *string `json:"finish_reason"`
		} `json:"choices"`
	}
	if json.Unmarshal(data, &chunk) != nil {
		return true
	}
	for _, c := range chunk.Choices {
		if c.Text != "" || c.Finish != nil {
			return true
		}
	}
	return false
}
