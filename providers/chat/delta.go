package chat

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// delta is what one event adds to one choice.
type delta struct {
	some      bool // there is something to write
	begun     bool // the role was written
	finished  bool
	calls     int    // tool calls begun
	finish    string // to be written
	content   []byte // JSON strings without their quotes
	reasoning []byte
	thoughts  []raw.Object
	pieces    []raw.Object // of tool calls
	more      raw.Object
	logprobs  json.RawMessage
}

// append writes the choice of a chunk and makes ready for the next.
func (d *delta) append(b []byte, index int) []byte {
	b = append(b, `{"index":`...)
	b = strconv.AppendInt(b, int64(index), 10)
	b = append(b, `,"delta":{`...)
	start := len(b)
	name := func(quoted string) {
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(append(b, quoted...), ':')
	}
	if !d.begun {
		name(`"role"`)
		b = append(b, `"assistant"`...)
	}
	if len(d.content) > 0 || !d.begun {
		name(`"content"`)
		b = append(append(append(b, '"'), d.content...), '"')
	}
	if len(d.reasoning) > 0 {
		name(`"reasoning_content"`)
		b = append(append(append(b, '"'), d.reasoning...), '"')
	}
	if len(d.thoughts) > 0 {
		name(`"thinking_blocks"`)
		b = append(b, raw.List(d.thoughts)...)
	}
	if len(d.pieces) > 0 {
		name(`"tool_calls"`)
		b = append(b, raw.List(d.pieces)...)
	}
	for member, v := range d.more.All() {
		name(string(raw.Quote(member)))
		b = append(b, v...)
	}
	b = append(b, `},"logprobs":`...)
	if len(d.logprobs) > 0 {
		b = append(b, d.logprobs...)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"finish_reason":`...)
	if d.finish != "" {
		b = append(append(append(b, '"'), d.finish...), '"')
	} else {
		b = append(b, "null"...)
	}
	*d = delta{
		begun: true, finished: d.finished, calls: d.calls,
		content: d.content[:0], reasoning: d.reasoning[:0], thoughts: d.thoughts[:0], pieces: d.pieces[:0],
	}
	return append(b, '}')
}
