package databricks

import (
	"bytes"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// stream is what must be remembered between chunks.
type stream struct {
	thought map[int]*strings.Builder // by choice: since the last signature
	opened  map[[2]int]bool          // tool calls, by choice and index, whose arguments were {} so far
}

// chunks rewrites those of a stream that OpenAI's reader would not understand.
// The others keep their bytes.
func chunks(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		s := stream{thought: map[int]*strings.Builder{}, opened: map[[2]int]bool{}}
		for ev, err := range in {
			switch {
			case err != nil:
			case bytes.Contains(ev.Data, []byte(`"error_code"`)) && !bytes.Contains(ev.Data, []byte(`"choices"`)):
				err = fail(call, &wire.Response{Status: 200, Body: ev.Data})
			case bytes.Contains(ev.Data, []byte(`"type"`)) || len(s.opened) > 0 && bytes.Contains(ev.Data, []byte(`"choices"`)):
				ev.Data, err = s.chunk(ev.Data)
			}
			if !yield(ev, err) || err != nil {
				return
			}
		}
	}
}

func (s *stream) chunk(data []byte) ([]byte, error) {
	return choices(data, "delta", func(choice int, finished bool, m raw.Object) (raw.Object, error) {
		m, err := s.calls(choice, m, finished)
		if err != nil {
			return m, err
		}
		v, _ := m.Raw("content")
		if !isList(v) {
			return m, nil
		}
		c, err := read(v)
		if err != nil {
			return m, err
		}
		if m = m.Without("content"); c.hasText {
			m = m.WithText("content", c.text.String())
		}
		whole := s.thought[choice]
		if whole == nil {
			whole = &strings.Builder{}
			s.thought[choice] = whole
		}
		whole.WriteString(c.reasoning.String())
		m = c.besides(m, whole.String())
		if c.signed != "" {
			whole.Reset()
		}
		return m, nil
	})
}

// calls mends tool calls whose arguments begin with {} and then come in pieces:
// together they would be no JSON. Those to which nothing comes keep it.
func (s *stream) calls(choice int, m raw.Object, finished bool) (raw.Object, error) {
	v, _ := m.Raw("tool_calls")
	var pieces []raw.Object
	for i, item := range raw.Items(v) {
		piece, err := raw.Parse(item)
		if err != nil {
			return m, err
		}
		key := [2]int{choice, index(piece, i)}
		f := chat.Member(piece, "function")
		switch arguments, _ := f.Text("arguments"); {
		case arguments == "{}" && piece.Has("id"):
			s.opened[key] = true
			piece = piece.WithRaw("function", f.WithText("arguments", "").Bytes())
		case arguments != "":
			delete(s.opened, key)
		}
		pieces = append(pieces, piece)
	}
	if finished {
		for _, key := range slices.SortedFunc(maps.Keys(s.opened), func(a, b [2]int) int { return a[1] - b[1] }) {
			if key[0] == choice {
				f := raw.Object{}.WithText("arguments", "{}")
				pieces = append(pieces, chat.Number(raw.Object{}, "index", int64(key[1])).WithRaw("function", f.Bytes()))
				delete(s.opened, key)
			}
		}
	}
	if pieces == nil {
		return m, nil
	}
	return m.WithRaw("tool_calls", raw.List(pieces)), nil
}

// index is a choice's or a tool call's number, else its place.
func index(o raw.Object, place int) int {
	v, _ := o.Raw("index")
	n, err := strconv.Atoi(string(v))
	if err != nil || n < 0 {
		return place
	}
	return n
}
