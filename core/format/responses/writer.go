package responses

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// writer makes a response of what chat says, in one piece or in many. Reasoning
// and text are one item each until another begins; calls end with the answer,
// because the pieces of several may come in any order.
type writer struct {
	call     *llm.Call
	response *response
	probs    bool // logprobs were asked for
	aliases  map[string]tool

	items  []*item
	open   *item         // the reasoning or message that may go on
	calls  map[int]*item // by chat's index
	reason string        // chat's finish_reason
	tell   func(name string, data []byte)
	seq    int64
}

func newWriter(call *llm.Call) *writer {
	return &writer{call: call, probs: includes(call.Body, "message.output_text.logprobs"), aliases: aliased(call.Body), calls: map[int]*item{}}
}

// begin takes what the reply or the first chunk says of the whole.
func (w *writer) begin(chat raw.Object) {
	w.response = newResponse(w.call, chat)
	if w.tell == nil {
		return
	}
	started := w.response.object("in_progress", "", nil, nil).Bytes()
	w.emit("response.created", raw.Member{Name: "response", Value: started})
	w.emit("response.in_progress", raw.Member{Name: "response", Value: started})
}

// heard takes a choice, whose member is its message or delta.
func (w *writer) heard(choice raw.Object, member string) error {
	if reason, ok := choice.Text("finish_reason"); ok && w.reason == "" {
		w.reason = reason
	}
	if !choice.Has(member) {
		return nil
	}
	v, _ := choice.Raw(member)
	said, err := raw.Parse(v)
	if err != nil {
		return err
	}
	if v, _ := said.Raw("reasoning_content"); len(inner(v)) > 0 {
		w.reasoned(inner(v))
	}
	if v, _ := said.Raw("thinking_blocks"); said.Has("thinking_blocks") {
		blocks, err := raw.Objects(bytes.Clone(v))
		if err != nil {
			return err
		}
		if len(blocks) > 0 {
			it := w.speak(thinking)
			it.blocks = append(it.blocks, blocks...)
		}
	}
	if v, _ := said.Raw("content"); len(inner(v)) > 0 {
		logprobs, _ := choice.Raw("logprobs")
		w.wrote(inner(v), logprobs)
	}
	if v, _ := said.Raw("refusal"); len(inner(v)) > 0 {
		w.refused(inner(v))
	}
	if v, _ := said.Raw("annotations"); said.Has("annotations") {
		w.cited(annotated(bytes.Clone(v)))
	}
	if v, _ := said.Raw(fields); said.Has(fields) && len(w.calls) == 0 && w.open != nil && w.open.kind == message {
		w.open.fields = bytes.Clone(v)
	}
	v, _ = said.Raw("tool_calls")
	return w.called(v)
}

// speak gives the item that a text belongs to, and begins it if need be.
func (w *writer) speak(kind string) *item {
	if w.open != nil && w.open.kind == kind {
		return w.open
	}
	w.shut()
	w.open = w.add(&item{kind: kind})
	return w.open
}

// shut ends the item that might have gone on.
func (w *writer) shut() {
	if w.open != nil {
		w.close(w.open, "completed")
		w.open = nil
	}
}

func (w *writer) add(it *item) *item {
	it.n = len(w.items)
	it.id = w.response.item(it.kind, it.n)
	w.items = append(w.items, it)
	w.about(it, "response.output_item.added", "in_progress")
	return it
}

func (w *writer) reasoned(text []byte) {
	it := w.speak(thinking)
	if !it.text.open {
		it.begin(&it.text)
		w.of(it, "response.reasoning_summary_part.added", at("summary_index", &it.text), it.partNow(w, &it.text))
	}
	it.text.b = append(it.text.b, text...)
	w.of(it, "response.reasoning_summary_text.delta", at("summary_index", &it.text), raw.Member{Name: "delta", Value: quoted(text)})
}

func (w *writer) wrote(text []byte, logprobs json.RawMessage) {
	it := w.speak(message)
	w.content(it, &it.text)
	var probs []raw.Object
	if w.probs {
		probs = tokens(bytes.Clone(logprobs))
	}
	it.logprobs = append(it.logprobs, probs...)
	it.text.b = append(it.text.b, text...)
	w.of(it, "response.output_text.delta", at("content_index", &it.text), raw.Member{Name: "delta", Value: quoted(text)}, raw.Member{Name: "logprobs", Value: raw.List(probs)})
}

func (w *writer) refused(text []byte) {
	it := w.speak(message)
	w.content(it, &it.refusal)
	it.refusal.b = append(it.refusal.b, text...)
	w.of(it, "response.refusal.delta", at("content_index", &it.refusal), raw.Member{Name: "delta", Value: quoted(text)})
}

func (w *writer) cited(annotations []raw.Object) {
	for _, a := range annotations {
		it := w.speak(message)
		w.content(it, &it.text)
		w.of(it, "response.output_text.annotation.added", at("content_index", &it.text),
			number("annotation_index", int64(len(it.annotations))), raw.Member{Name: "annotation", Value: a.Bytes()})
		it.annotations = append(it.annotations, a)
	}
}

// content begins a part of a message.
func (w *writer) content(it *item, p *piece) {
	if !p.open {
		it.begin(p)
		w.of(it, "response.content_part.added", at("content_index", p), it.partNow(w, p))
	}
}

// called takes tool calls, whole or in pieces.
func (w *writer) called(list json.RawMessage) error {
	for i, one := range raw.Items(list) {
		call, err := raw.Parse(one)
		if err != nil {
			return err
		}
		if v, ok := call.Raw("index"); ok {
			if n, err := strconv.Atoi(string(v)); err == nil {
				i = n
			}
		}
		v, _ := call.Raw("function")
		f, err := raw.Parse(v)
		if err != nil {
			return err
		}
		it := w.calls[i]
		if it == nil {
			w.shut()
			it = w.calling(call, f)
			if it.callID == `""` {
				it.callID = string(raw.Quote(w.response.item("call", len(w.items))))
			}
			w.calls[i] = w.add(it)
		}
		if v, _ := call.Raw(fields); call.Has(fields) {
			it.fields = bytes.Clone(v)
		}
		w.argued(it, f)
	}
	return nil
}

// calling is the item of a tool that chat calls, by the tool's own name.
func (w *writer) calling(call, f raw.Object) *item {
	it := &item{kind: calling, callID: text(call, "id"), name: text(f, "name")}
	name, _ := f.Text("name")
	if of, ok := w.aliases[name]; ok {
		it.name, it.namespace = string(raw.Quote(of.name)), of.namespace
		if of.custom {
			it.kind = custom
		}
	}
	return it
}

// text is a member's JSON string; an empty one when it has none.
func text(o raw.Object, name string) string {
	if v, _ := o.Raw(name); len(v) > 1 && v[0] == '"' {
		return string(v)
	}
	return `""`
}

func (w *writer) argued(it *item, f raw.Object) {
	v, _ := f.Raw("arguments")
	if !f.Has("arguments") {
		return
	}
	if v[0] != '"' { // some servers give the object itself
		v = raw.Quote(string(v))
	}
	if piece := inner(v); len(piece) > 0 {
		it.arguments = append(it.arguments, piece...)
		if it.kind == custom { // whose input is told when it is whole
			return
		}
		w.of(it, "response.function_call_arguments.delta", raw.Member{Name: "delta", Value: quoted(piece)})
	}
}

// finish ends the items that are open. An answer of nothing is an empty text.
func (w *writer) finish() {
	if len(w.items) == 0 {
		it := w.speak(message)
		w.content(it, &it.text)
	}
	for _, it := range w.items {
		if !it.closed {
			w.close(it, w.stateOf(it))
		}
	}
}
