package responses

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// The kinds of items, as their ids begin with them.
const (
	thinking = "rs"
	message  = "msg"
	calling  = "fc"
	custom   = "ctc"
)

// item is one item of a response's output. Its texts are what stands between
// the quotes of JSON strings: they come in pieces, and are never decoded.
type item struct {
	kind   string
	id     string
	n      int // in the output
	closed bool

	text    piece // a message's, or the summary of reasoning
	refusal piece
	order   int // how many contents the message has

	blocks      []raw.Object // thinking_blocks
	annotations []raw.Object
	logprobs    []raw.Object

	callID    string // quoted
	name      string // quoted
	namespace string // "" without
	arguments []byte
	fields    json.RawMessage // provider_specific_fields; nil without
}

// piece is a text that grows, and its place in its item's content.
type piece struct {
	b    []byte
	at   int
	open bool // it has begun
}

func (p *piece) quoted() json.RawMessage { return quoted(p.b) }

func quoted(inner []byte) json.RawMessage {
	return append(append(append(make([]byte, 0, len(inner)+2), '"'), inner...), '"')
}

// inner is what stands between a string's quotes.
func inner(v json.RawMessage) []byte {
	if len(v) < 2 || v[0] != '"' {
		return nil
	}
	return v[1 : len(v)-1]
}

// begin says that a content of the item begins, and where.
func (it *item) begin(p *piece) {
	p.open, p.at = true, it.order
	it.order++
}

// object writes the item with all that was said so far.
func (it *item) object(status string) raw.Object {
	head := []raw.Member{{Name: "id", Value: raw.Quote(it.id)}}
	state := raw.Member{Name: "status", Value: raw.Quote(status)}
	var o raw.Object
	switch it.kind {
	case thinking:
		return it.reasoning(head, state)
	case message:
		o = raw.New(append(head, is("message"), state, raw.Member{Name: "role", Value: json.RawMessage(`"assistant"`)}, raw.Member{Name: "content", Value: raw.List(it.content())})...)
	case custom:
		input := json.RawMessage(`""`)
		if it.closed {
			input = textOf(it.arguments)
		}
		o = raw.New(append(head, is("custom_tool_call"),
			raw.Member{Name: "call_id", Value: json.RawMessage(it.callID)}, raw.Member{Name: "name", Value: json.RawMessage(it.name)}, raw.Member{Name: "input", Value: input})...)
	default:
		o = raw.New(append(head, is("function_call"), state, raw.Member{Name: "arguments", Value: quoted(it.arguments)},
			raw.Member{Name: "call_id", Value: json.RawMessage(it.callID)}, raw.Member{Name: "name", Value: json.RawMessage(it.name)})...)
	}
	if it.namespace != "" {
		o = o.WithText("namespace", it.namespace)
	}
	if it.fields != nil {
		o = o.WithRaw(fields, it.fields)
	}
	return o
}

func is(kind string) raw.Member { return raw.Member{Name: "type", Value: raw.Quote(kind)} }

func (it *item) reasoning(head []raw.Member, state raw.Member) raw.Object {
	summary := []raw.Object{}
	if it.text.open {
		summary = append(summary, it.part(&it.text))
	}
	o := raw.New(append(head, is("reasoning"), state, raw.Member{Name: "summary", Value: raw.List(summary)})...)
	if len(it.blocks) > 0 {
		o = o.WithText("encrypted_content", sealed(raw.List(it.blocks)))
	}
	return o
}

// content are a message's parts in their order.
func (it *item) content() []raw.Object {
	parts := make([]raw.Object, it.order)
	for _, p := range []*piece{&it.text, &it.refusal} {
		if p.open {
			parts[p.at] = it.part(p)
		}
	}
	return parts
}

// part writes one part of the item.
func (it *item) part(p *piece) raw.Object {
	text := raw.Member{Name: "text", Value: p.quoted()}
	switch {
	case it.kind == thinking:
		return raw.New(is("summary_text"), text)
	case p == &it.refusal:
		return raw.New(is("refusal"), raw.Member{Name: "refusal", Value: p.quoted()})
	}
	return raw.New(
		is("output_text"), raw.Member{Name: "annotations", Value: raw.List(it.annotations)},
		raw.Member{Name: "logprobs", Value: raw.List(it.logprobs)}, text,
	)
}

// annotated reads chat's annotations, of which responses have the citations of
// addresses.
func annotated(v json.RawMessage) []raw.Object {
	var all []raw.Object
	for _, one := range raw.Items(v) {
		o, err := raw.Parse(one)
		if kind, _ := o.Text("type"); err != nil || kind != "url_citation" {
			continue
		}
		cited, _ := o.Raw("url_citation")
		if o, err = raw.Parse(cited); err != nil {
			continue
		}
		whole := true
		flat := raw.Object{}.WithText("type", "url_citation")
		for _, name := range []string{"start_index", "end_index", "url", "title"} {
			flat = moved(flat, o, name, name)
			whole = whole && o.Has(name)
		}
		if whole {
			all = append(all, flat)
		}
	}
	return all
}

// tokens reads the logprobs of a text. Chat may leave out a token's bytes, which
// responses always have: they are those of its text then.
func tokens(v json.RawMessage) []raw.Object {
	o, err := raw.Parse(v)
	if err != nil {
		return nil
	}
	v, _ = o.Raw("content")
	list, err := raw.Objects(v)
	if err != nil {
		return nil
	}
	all := make([]raw.Object, 0, len(list))
	for _, token := range list {
		token = spelled(token)
		top, _ := token.Raw("top_logprobs")
		others, err := raw.Objects(top)
		if err != nil {
			others = nil
		}
		for i := range others {
			others[i] = spelled(others[i])
		}
		all = append(all, token.WithRaw("top_logprobs", raw.List(others)))
	}
	return all
}

func spelled(token raw.Object) raw.Object {
	if token.Has("bytes") {
		return token
	}
	text, _ := token.Text("token")
	numbers := make([]int, len(text))
	for i := range text {
		numbers[i] = int(text[i])
	}
	b, err := json.Marshal(numbers)
	if err != nil {
		return token // numbers always encode
	}
	return token.WithRaw("bytes", b)
}
