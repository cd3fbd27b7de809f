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

// done ends every stream of this format.
const done = "[DONE]"

// events passes chunks on as they are and looks into them only as far as it
// must. What OpenAI promises and some vendors miss is mended on the way: one
// id for the whole stream, and usage in one last chunk without choices.
func events(now func() time.Time) func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return func(yield func(llm.Event, error) bool) {
			s := stream{call: call, now: now, head: true, open: choices(call)}
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
				if first, ok, held := s.release(); ok && !yield(first, held) || held != nil {
					return
				}
				if !yield(out, err) || err != nil {
					return
				}
			}
			if s.open > 0 {
				yield(llm.Event{}, wire.ErrCut)
				return
			}
			yield(s.last(), nil) // every choice finished; only the terminator is missing
		}
	}
}

// choices is how many choices were asked for.
func choices(call *llm.Call) int {
	v, _ := call.Body.Raw("n")
	n, err := strconv.Atoi(string(v))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

type stream struct {
	call  *llm.Call
	now   func() time.Time
	head  bool            // no content yet
	open  int             // choices without a finish reason
	id    json.RawMessage // of the first chunk
	mend  bool            // chunks lack members or their ids differ
	usage *llm.Usage

	shared raw.Object // the members all chunks have alike
	held   []byte     // a first chunk whose id is not known yet
	tail   []byte     // the chunk that reports usage, kept for the end
}

// chunk turns one chunk into one event.
func (s *stream) chunk(ev sse.Event) (llm.Event, error) {
	out := llm.Event{Data: ev.Data, More: ev.More}
	if ev.Name == "error" || failed(ev.Data) {
		return llm.Event{}, chat.Fail(s.call, &wire.Response{Status: 200, Body: ev.Data})
	}
	if s.id == nil {
		if err := s.begin(ev.Data); err != nil {
			return llm.Event{}, err
		}
		if s.id == nil {
			return llm.Event{Head: true, More: ev.More}, nil
		}
	}
	if s.head {
		s.head = !content(ev.Data)
		out.Head = s.head
	}
	s.open -= values(ev.Data, `"finish_reason"`, '"')
	if values(ev.Data, `"usage"`, '{') > 0 {
		var err error
		if out.Data, err = s.count(out.Data); err != nil {
			return llm.Event{}, err
		}
		if s.open > 0 { // the stream may yet be cut
			out.Usage = s.usage
		}
	}
	var err error
	if out.Data, err = s.mended(out.Data); err != nil || values(out.Data, `"reasoning"`, '"') == 0 {
		return out, err
	}
	body, err := raw.Parse(out.Data)
	if err != nil {
		return llm.Event{}, err
	}
	out.Data = thoughtful(body, "delta").Bytes()
	return out, nil
}

// mended gives a chunk the stream's id and the members it lacks.
func (s *stream) mended(data []byte) ([]byte, error) {
	if len(data) == 0 || !s.mend && bytes.Contains(data, s.id) {
		return data, nil
	}
	body, err := raw.Parse(data)
	if err != nil {
		return nil, err
	}
	for name, v := range s.shared.All() {
		if name == "id" || lacks(body, name) {
			body = body.WithRaw(name, v)
		}
	}
	return body.Bytes(), nil
}

// begin remembers what all chunks of the stream share. A chunk without an id
// or a choice is held until the next one tells: Azure's filter results come
// ahead of the answer they are about.
func (s *stream) begin(data []byte) error {
	body, err := raw.Parse(data)
	if err != nil {
		return err
	}
	if s.held == nil && lacks(body, "id") && empty(body, "choices") {
		s.held = bytes.Clone(data)
		return nil
	}
	whole := complete(body, "chat.completion.chunk", s.call, s.now)
	for _, name := range []string{"id", "object", "created", "model"} {
		v, _ := whole.Raw(name)
		s.shared = s.shared.WithRaw(name, bytes.Clone(v))
		s.mend = s.mend || lacks(body, name)
	}
	s.id, _ = s.shared.Raw("id")
	return nil
}

// release gives up the chunk that was held, once its id is known.
func (s *stream) release() (llm.Event, bool, error) {
	if s.held == nil || s.id == nil {
		return llm.Event{}, false, nil
	}
	data, err := s.mended(s.held)
	s.held = nil
	return llm.Event{Data: data, Head: true, More: true}, true, err
}

// lacks reports whether a chunk does not say one of the shared members: some
// vendors leave them out, Azure writes "" and 0.
func lacks(body raw.Object, name string) bool {
	v, ok := body.Raw(name)
	return !ok || string(v) == "null" || string(v) == `""` || string(v) == "0"
}

// empty reports whether a member is absent or a list without elements.
func empty(body raw.Object, name string) bool {
	v, _ := body.Raw(name)
	return len(bytes.Trim(v, "[] \t\r\n")) == 0
}

// count takes usage out of a chunk, to come last. A chunk that held nothing
// else is empty then.
func (s *stream) count(data []byte) ([]byte, error) {
	body, err := raw.Parse(data)
	if err != nil {
		return nil, err
	}
	v, _ := body.Raw("usage")
	u := usage.Of(v, usage.Tier(body))
	if !u.Known {
		return data, nil
	}
	s.usage = &u
	if empty(body, "choices") {
		s.tail, err = s.mended(bytes.Clone(data))
		return nil, err
	}
	s.tail = s.shared.WithRaw("choices", json.RawMessage("[]")).WithRaw("usage", bytes.Clone(v)).Bytes()
	return body.Without("usage").Bytes(), nil
}

// last ends the stream, with the usage chunk when it was asked for.
func (s *stream) last() llm.Event {
	out := llm.Event{Last: true, Usage: s.usage}
	if s.call.Options.IncludeUsage {
		out.Data = s.tail
	}
	return out
}

// failed reports whether a chunk is an error instead.
func failed(data []byte) bool {
	if !bytes.Contains(data, []byte(`"error"`)) {
		return false
	}
	body, err := raw.Parse(data)
	return err == nil && body.Has("error") && !body.Has("choices")
}

// values counts the members of a quoted name whose value begins with first. A
// text that quotes such a member has its quotes escaped and is not counted.
func values(data []byte, name string, first byte) int {
	n := 0
	for {
		i := bytes.Index(data, []byte(name))
		if i < 0 {
			return n
		}
		data = bytes.TrimLeft(data[i+len(name):], " :\t\r\n")
		if len(data) > 0 && data[0] == first {
			n++
		}
	}
}

// content reports whether a chunk holds something a caller would miss: any
// part of a message beyond its role, or its finish.
func content(data []byte) bool {
	var chunk struct {
		Choices []struct {
			Delta  map[string]json.RawMessage `json:"delta"`
			Finish *string                    `json:"finish_reason"`
		} `json:"choices"`
	}
	if json.Unmarshal(data, &chunk) != nil {
		return true
	}
	for _, c := range chunk.Choices {
		if c.Finish != nil {
			return true
		}
		for name, v := range c.Delta {
			if s := string(v); name != "role" && s != `""` && s != "null" && s != "[]" {
				return true
			}
		}
	}
	return false
}
