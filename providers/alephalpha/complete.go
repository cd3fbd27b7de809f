package alephalpha

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// same are the members that both have by the same name.
var same = []string{"temperature", "top_p", "presence_penalty", "frequency_penalty", "n", "logit_bias"}

// complete says a request as one text.
func complete(call *llm.Call) (*wire.Request, error) {
	r := chat.Read(call)
	text, done, err := prompt.Request(call.To, call.Body)
	if err != nil {
		return nil, err
	}
	r.Done(done...)
	part := chat.Typed("text").WithText("data", text).WithRaw("controls", json.RawMessage("[]"))
	out := raw.Object{}.WithText("model", call.To.Model).WithRaw("prompt", raw.List([]raw.Object{part}))
	for _, name := range same {
		out = r.Move(out, name, name)
	}
	stop, err := r.Stop()
	if err != nil {
		return nil, err
	}
	if stop != nil {
		out = out.WithRaw("stop_sequences", stop)
	}
	if call.Stream {
		out = out.WithRaw("stream", json.RawMessage("true"))
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: completion, Body: out.Merged(rest).Bytes()}, nil
}

var (
	errNoCompletions = errors.New("the answer has no completions")
	errIndex         = errors.New("the stream is of a completion that nobody asked for")
)

// result is a completion, or an event about one.
type result struct {
	Kind   string `json:"type"`
	Index  int    `json:"index"`
	Text   string `json:"completion"`
	Finish string `json:"finish_reason"`
	counts
}

// counts are of the prompt and all its completions.
type counts struct {
	In  *int64 `json:"num_tokens_prompt_total"`
	Out *int64 `json:"num_tokens_generated"`
}

func (c counts) usage() llm.Usage {
	if c.In == nil || c.Out == nil {
		return llm.Usage{}
	}
	return llm.Usage{Known: true, In: max(0, *c.In), Out: max(0, *c.Out)}
}

// answers reads a whole answer.
func answers(_ *llm.Call, body []byte) (chat.Head, []chat.Answer, llm.Usage, error) {
	var h chat.Head // the vendor names a version, no model
	o, err := raw.Parse(body)
	if err != nil {
		return h, nil, llm.Usage{}, err
	}
	var whole struct {
		Items []json.RawMessage `json:"completions"`
		counts
	}
	if err := json.Unmarshal(body, &whole); err != nil {
		return h, nil, llm.Usage{}, err
	}
	if len(whole.Items) == 0 {
		return h, nil, llm.Usage{}, errNoCompletions
	}
	all := make([]chat.Answer, len(whole.Items))
	for i, item := range whole.Items {
		one, err := raw.Parse(item)
		if err != nil {
			return h, nil, llm.Usage{}, err
		}
		var c result
		if err := json.Unmarshal(item, &c); err != nil {
			return h, nil, llm.Usage{}, err
		}
		all[i] = chat.Answer{Text: c.Text, Finish: finish(c.Finish), Fields: unmapped(one)}
	}
	all[0].Fields = all[0].Fields.Merged(unmapped(o))
	return h, all, whole.usage(), nil
}

// unmapped is what is left of a completion, an answer or an event; null says
// nothing.
func unmapped(o raw.Object) raw.Object {
	rest := o.Without("type", "index", "completion", "completions", "finish_reason", "num_tokens_prompt_total", "num_tokens_generated")
	for name, v := range rest.All() {
		if string(v) == "null" {
			rest = rest.Without(name)
		}
	}
	return rest
}

// finish is OpenAI's word. The others are end_of_text and
// stop_sequence_reached.
func finish(reason string) string {
	switch reason {
	case "maximum_tokens":
		return "length"
	case "content_filter":
		return reason
	}
	return "stop"
}

// events translates a stream: pieces of completions, the end of each, and the
// counts of all, which come last.
func events(call *llm.Call) chat.Reader {
	return func(ev sse.Event, s *chat.Stream) error {
		if string(bytes.TrimSpace(ev.Data)) == "[DONE]" {
			s.End()
			return nil
		}
		o, err := raw.Parse(ev.Data)
		if err != nil {
			return err
		}
		if o.Has("error") {
			return fail(call, &wire.Response{Status: 200, Body: ev.Data})
		}
		var c result
		if err := json.Unmarshal(ev.Data, &c); err != nil {
			return err
		}
		if c.Index < 0 || c.Index >= 1<<10 {
			return errIndex
		}
		s.MustEnd()
		switch c.Kind {
		case "stream_chunk":
			s.Text(c.Index, raw.Quote(c.Text))
			s.Fields(c.Index, unmapped(o))
		case "stream_summary":
			s.Fields(c.Index, unmapped(o))
			s.Finish(c.Index, finish(c.Finish))
		case "completion_summary":
			s.Fields(0, unmapped(o))
			s.Usage(c.usage())
			s.End()
		}
		return nil
	}
}
