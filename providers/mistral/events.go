package mistral

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// chunks gives a stream's events in OpenAI's words. Most are that already, and
// are not looked into.
func chunks(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		s := stream{call: call, choices: map[string]*said{}}
		for ev, err := range in {
			if err == nil && foreign(ev.Data) {
				ev.Data, err = s.chunk(ev.Data)
			}
			if !yield(ev, err) || err != nil {
				return
			}
		}
	}
}

// foreign reports whether a chunk may need other words: it has a list beside
// that of its choices, a reason to end of Mistral's own, or is an error.
func foreign(data []byte) bool {
	return bytes.Count(data, []byte("[")) != 1 || bytes.Contains(data, []byte(`"model_length"`)) ||
		bytes.Contains(data, []byte(`"error"`))
}

// stream is what must be remembered of a stream, for each of its choices.
type stream struct {
	call    *llm.Call
	choices map[string]*said
}

type said struct {
	thought string // that is not closed yet
	calls   int    // tool calls begun
	last    string // the last one's id
}

func (s *stream) chunk(data []byte) ([]byte, error) {
	o, err := raw.Parse(data)
	if err != nil {
		return nil, err
	}
	if !o.Has("choices") {
		if kind, _ := o.Text("object"); kind == "error" || o.Has("error") {
			return nil, fail(s.call, &wire.Response{Status: 200, Body: data})
		}
		return data, nil
	}
	o, err = choices(o, func(c raw.Object) (raw.Object, error) {
		v, _ := c.Raw("delta")
		d, err := raw.Parse(v)
		if err != nil {
			return c, err
		}
		index, _ := c.Raw("index")
		before := s.choices[string(index)]
		if before == nil {
			before = &said{}
			s.choices[string(index)] = before
		}
		if d, err = message(d, &before.thought, before.number); err != nil {
			return c, err
		}
		return c.WithRaw("delta", d.Bytes()), nil
	})
	if err != nil {
		return nil, err
	}
	return o.Bytes(), nil
}

// number numbers a tool call, or the piece of one: Mistral does not always, and
// some pieces have no id or "null".
func (s *said) number(call raw.Object) raw.Object {
	id, _ := call.Text("id")
	if id != "" && id != "null" && id != s.last {
		s.last = id
		s.calls++
		return numbered(call, s.calls-1)
	}
	v, _ := call.Raw("index")
	n, err := strconv.Atoi(string(v))
	if err != nil || n < 0 || n >= s.calls {
		n = max(s.calls-1, 0)
	}
	return numbered(call.Without("id"), n)
}

func numbered(call raw.Object, n int) raw.Object {
	return call.WithRaw("index", json.RawMessage(strconv.Itoa(n)))
}
