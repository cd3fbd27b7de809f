package ollama

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var errNotDone = errors.New("the answer does not say that it is done")

// piece is a plain answer of either door, or a line of a streamed one: they
// have the same members.
type piece struct {
	text, thinking json.RawMessage // JSON strings; nil when there is none
	calls          []chat.ToolCall
	logprobs       json.RawMessage
	head           chat.Head
	done           bool
	finish         string
	usage          llm.Usage
	fields         raw.Object // what OpenAI has no words for
}

// hear reads one.
func hear(data []byte) (piece, error) {
	o, err := raw.Parse(data)
	if err != nil {
		return piece{}, err
	}
	if o.Has("error") {
		return piece{}, fail(nil, &wire.Response{Status: 200, Body: data})
	}
	p := piece{fields: o.Without(
		"model", "created_at", "message", "response", "thinking", "tool_calls", "logprobs",
		"done", "done_reason", "prompt_eval_count", "eval_count",
	)}
	said, text := o, "response"
	if v, _ := o.Raw("message"); o.Has("message") {
		if said, err = raw.Parse(v); err != nil {
			return p, err
		}
		text = "content"
		p.fields = p.fields.Merged(said.Without("role", "content", "thinking", "tool_calls"))
	}
	p.text, p.thinking = texts(said, text), texts(said, "thinking")
	v, _ := said.Raw("tool_calls")
	if p.calls, err = calls(v); err != nil {
		return p, err
	}
	v, _ = o.Raw("logprobs")
	if p.logprobs, err = logprobs(v); err != nil {
		return p, err
	}
	p.head.Model, _ = o.Text("model")
	if created, _ := o.Text("created_at"); created != "" {
		if at, err := time.Parse(time.RFC3339, created); err == nil {
			p.head.Created = at.Unix()
		}
	}
	v, _ = o.Raw("done")
	if p.done = string(v) == "true"; p.done {
		p.end(o)
	}
	return p, nil
}

// end reads what only the last line has.
func (p *piece) end(o raw.Object) {
	switch reason, _ := o.Text("done_reason"); reason {
	case "", "stop":
	case "length":
		p.finish = "length"
	default: // load and unload, of a model that was not asked anything
		p.fields = p.fields.WithText("done_reason", reason)
	}
	in, hasIn := count(o, "prompt_eval_count")
	out, hasOut := count(o, "eval_count")
	p.usage = llm.Usage{Known: hasIn || hasOut, In: in, Out: out}
}

func count(o raw.Object, name string) (int64, bool) {
	v, _ := o.Raw(name)
	n, err := strconv.ParseInt(string(v), 10, 64)
	return max(n, 0), err == nil
}

// texts is a member that is a text with something in it.
func texts(o raw.Object, name string) json.RawMessage {
	if v, _ := o.Raw(name); chat.IsText(v) && len(v) > 2 {
		return v
	}
	return nil
}

// calls reads calls of tools, whose arguments are an object here.
func calls(v json.RawMessage) ([]chat.ToolCall, error) {
	var all []chat.ToolCall
	for _, item := range raw.Items(v) {
		var c struct {
			ID       string `json:"id"`
			Function struct {
				Name      string          `json:"name"`
				Arguments json.RawMessage `json:"arguments"`
			} `json:"function"`
		}
		if err := json.Unmarshal(item, &c); err != nil {
			return nil, err
		}
		f := c.Function
		if len(f.Arguments) == 0 || string(f.Arguments) == "null" {
			f.Arguments = json.RawMessage("{}")
		}
		all = append(all, chat.ToolCall{ID: c.ID, Name: f.Name, Arguments: f.Arguments})
	}
	return all, nil
}

// logprobs gives each token, and those that could have stood in its place, the
// members that OpenAI's have besides.
func logprobs(v json.RawMessage) (json.RawMessage, error) {
	all, err := tokens(v)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	for i, o := range all {
		v, _ := o.Raw("top_logprobs")
		top, err := tokens(v)
		if err != nil {
			return nil, err
		}
		all[i] = o.WithList("top_logprobs", top)
	}
	o := raw.Object{}.WithList("content", all).WithRaw("refusal", json.RawMessage("null"))
	return o.Bytes(), nil
}

// tokens are tokens as Ollama has them, each with its bytes, or null for them.
func tokens(v json.RawMessage) ([]raw.Object, error) {
	var all []raw.Object
	for _, item := range raw.Items(v) {
		o, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		if !o.Has("bytes") {
			o = o.WithRaw("bytes", json.RawMessage("null"))
		}
		all = append(all, o)
	}
	return all, nil
}

func decode(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	p, err := hear(r.Body)
	if err != nil {
		return nil, err
	}
	if !p.done {
		return nil, errNotDone
	}
	a := chat.Answer{Calls: p.calls, Finish: p.finish, Logprobs: p.logprobs, Fields: p.fields}
	for _, t := range []struct {
		from json.RawMessage
		to   *string
	}{{p.text, &a.Text}, {p.thinking, &a.Reasoning}} {
		if t.from == nil {
			continue
		}
		if err := json.Unmarshal(t.from, t.to); err != nil {
			return nil, err
		}
	}
	return chat.Reply(call, now, p.head, []chat.Answer{a}, p.usage), nil
}

// start makes the reader of a stream, of which a line needs no other.
func start(*llm.Call) chat.Reader {
	return func(ev sse.Event, s *chat.Stream) error {
		p, err := hear(ev.Data)
		if err != nil {
			return err
		}
		s.Start(p.head)
		s.Reasoning(0, p.thinking)
		s.Text(0, p.text)
		for _, c := range p.calls {
			s.Call(0, c.ID, c.Name, string(c.Arguments))
		}
		if p.logprobs != nil {
			s.Role(0) // they may come without a text
			s.Logprobs(0, p.logprobs)
		}
		s.Fields(0, p.fields)
		if p.done {
			if p.usage.Known {
				s.Usage(p.usage)
			}
			s.Finish(0, p.finish)
			s.End()
		}
		return nil
	}
}
