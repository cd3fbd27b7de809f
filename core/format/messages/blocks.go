package messages

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// blocks writes a message's content: one block after the other, as Anthropic's
// clients read them. OpenAI's calls of tools may come in turns, and only the end
// tells that one is whole; while one is open, all else waits for the end.
type blocks struct {
	call  *llm.Call
	emit  func(name string, data []byte)
	index int // of the open block, or else of the next
	open  said
	calls []heard
	wait  []said
	again bool // what was thought last came in pieces: its block repeats it
}

// said is a piece of what the model says.
type said struct {
	kind  string          // text, thinking, thought (a whole block) or tool_use; "" is nothing
	text  json.RawMessage // a JSON string
	block raw.Object      // of a thought
	call  int             // of a tool_use: which of the calls
}

// heard is a call of a tool.
type heard struct {
	index int
	id    string
	block raw.Object
}

// piece is a part of a call, as OpenAI streams it.
type piece struct {
	Index    *int            `json:"index"`
	ID       string          `json:"id"`
	Fields   json.RawMessage `json:"provider_specific_fields"`
	Function struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
		Fields    json.RawMessage `json:"provider_specific_fields"`
	} `json:"function"`
}

// tool adds a piece of a call.
func (b *blocks) tool(p *piece) {
	b.add(said{kind: "tool_use", call: b.called(p), text: p.Function.Arguments})
}

// called finds the call that a piece is of. Some vendors number all calls alike
// and others none: there a new id begins a new call.
func (b *blocks) called(p *piece) int {
	for n := len(b.calls) - 1; n >= 0; n-- {
		c := &b.calls[n]
		if (p.Index == nil || *p.Index == c.index) && (p.ID == "" || p.ID == c.id) {
			return n
		}
	}
	n := len(b.calls)
	c := heard{index: n, id: p.ID}
	if p.Index != nil {
		c.index = *p.Index
	}
	c.block = toolUse(b.call, n, p.ID, p.Function.Name, own(p.Fields), own(p.Function.Fields)).WithRaw("input", json.RawMessage("{}"))
	b.calls = append(b.calls, c)
	return n
}

// own is an object with what belongs to a provider, if there is any.
func own(v json.RawMessage) raw.Object {
	if len(v) == 0 {
		return raw.Object{}
	}
	return raw.Object{}.WithRaw(fields, v)
}

func (b *blocks) add(s said) {
	if b.open.kind == "tool_use" && (s.kind != "tool_use" || s.call != b.open.call) {
		b.wait = append(b.wait, s)
		return
	}
	b.put(s)
}

func (b *blocks) put(s said) {
	switch s.kind {
	case "text":
		b.begin(s, func() raw.Object { return typed("text").WithText("text", "") })
		b.delta("text_delta", "text", s.text)
	case "thinking":
		b.begin(s, func() raw.Object { return thinking(json.RawMessage(`""`), "") })
		if some(s.text) {
			b.delta("thinking_delta", "thinking", s.text)
			b.again = true
		}
	case "thought":
		b.thought(s.block)
	case "tool_use":
		b.begin(s, func() raw.Object { return b.calls[s.call].block })
		if some(s.text) {
			b.delta("input_json_delta", "partial_json", s.text)
		}
	}
}

// thought ends what was thought with the block that it makes: the signature is
// new, and the text too when none of it came before.
func (b *blocks) thought(block raw.Object) {
	if block.Has("data") {
		b.begin(said{kind: "thought"}, func() raw.Object { return block })
		b.close()
		return
	}
	text, _ := block.Raw("thinking")
	signature, _ := block.Raw("signature")
	if b.open.kind != "thinking" {
		if b.again && !some(signature) {
			b.again = false
			return
		}
		b.put(said{kind: "thinking", text: text})
	}
	if some(signature) {
		b.delta("signature_delta", "signature", signature)
	}
	b.again = false
	b.close()
}

// begin opens a block unless it is the one that is open.
func (b *blocks) begin(s said, block func() raw.Object) {
	if b.open.kind == s.kind && b.open.call == s.call {
		return
	}
	b.close()
	b.open = s
	o := b.numbered("content_block_start").WithRaw("content_block", block().Bytes())
	b.emit("content_block_start", o.Bytes())
}

func (b *blocks) delta(kind, member string, quoted json.RawMessage) {
	data := append(make([]byte, 0, len(quoted)+96), `{"type":"content_block_delta","index":`...)
	data = strconv.AppendInt(data, int64(b.index), 10)
	data = append(append(data, `,"delta":{"type":"`...), kind...)
	data = append(append(append(data, `","`...), member...), `":`...)
	b.emit("content_block_delta", append(append(data, quoted...), `}}`...))
}

func (b *blocks) close() {
	if b.open.kind == "" {
		return
	}
	b.emit("content_block_stop", b.numbered("content_block_stop").Bytes())
	b.open = said{}
	b.index++
}

func (b *blocks) numbered(kind string) raw.Object {
	return number(typed(kind), "index", int64(b.index))
}

// end gives what waits, each call in one piece, and closes the last block.
func (b *blocks) end() {
	b.close()
	for len(b.wait) > 0 {
		first := b.wait[0]
		b.wait = slices.DeleteFunc(b.wait, func(s said) bool {
			mine := first.kind == "tool_use" && s.kind == first.kind && s.call == first.call
			if mine {
				b.put(s)
			}
			return mine
		})
		if first.kind != "tool_use" {
			b.wait = b.wait[1:]
			b.put(first)
		}
	}
	b.close()
}
