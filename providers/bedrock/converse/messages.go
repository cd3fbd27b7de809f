package converse

import (
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// conversation translates the messages: what the system says apart, then users
// and assistants in turns. Tools' results are a user's, and neighbours of one
// role are one message, as Converse wants them.
func (r *request) conversation() error {
	all, err := r.Messages()
	if err != nil {
		return err
	}
	system, rest := chat.System(all)
	var says []raw.Object
	for _, m := range system {
		blocks, err := r.blocks(m)
		if err != nil {
			return err
		}
		says = append(says, marked(blocks, m)...)
	}
	if len(says) > 0 {
		r.out = r.out.WithRaw("system", raw.List(says))
	}
	var turns, open []raw.Object
	role := ""
	for _, m := range rest {
		blocks, err := r.turn(m)
		if err != nil {
			return err
		}
		if who := speaker(m); who != role && len(blocks) > 0 {
			turns, open, role = closed(turns, open, role), nil, who
		}
		open = append(open, blocks...)
	}
	r.out = r.out.WithList("messages", closed(turns, open, role))
	return nil
}

// closed adds what one speaker said to the turns.
func closed(turns, said []raw.Object, role string) []raw.Object {
	if len(said) == 0 {
		return turns
	}
	return append(turns, raw.Object{}.WithText("role", role).WithList("content", said))
}

func speaker(m chat.Message) string {
	if m.Role == "assistant" {
		return "assistant"
	}
	return "user"
}

func (r *request) turn(m chat.Message) ([]raw.Object, error) {
	of := r.blocks
	switch m.Role {
	case "tool":
		of = r.result
	case "assistant":
		of = r.said
	}
	all, err := of(m)
	return marked(all, m), err
}

// marked adds the cache point of a whole message.
func marked(all []raw.Object, m chat.Message) []raw.Object {
	if len(all) == 0 {
		return nil
	}
	return append(all, mark(m.Whole)...)
}

// said gives an assistant's message: its thoughts, its words, its calls.
func (r *request) said(m chat.Message) ([]raw.Object, error) {
	var all []raw.Object
	for _, t := range m.Thoughts {
		if b := thought(t); b.Len() > 0 {
			all = append(all, b)
		}
	}
	words, err := r.blocks(m)
	if err != nil {
		return nil, err
	}
	all = append(all, words...)
	for _, c := range m.Calls {
		use := raw.Object{}.WithText("toolUseId", c.ID).WithText("name", c.Name).WithRaw("input", c.Arguments)
		all = append(append(all, block("toolUse", use)), mark(c.Whole)...)
		if !slices.Contains(r.called, c.Name) {
			r.called = append(r.called, c.Name)
		}
	}
	return all, nil
}

// thought gives a thinking block back. One without a signature is left out:
// the models that sign refuse it, the others do not look at it.
func thought(t raw.Object) raw.Object {
	if data, _ := t.Text("data"); data != "" {
		return block("reasoningContent", raw.Object{}.WithText("redactedContent", data))
	}
	text, _ := t.Raw("thinking")
	signature, _ := t.Raw("signature")
	if !chat.IsText(text) || len(signature) <= 2 {
		return raw.Object{}
	}
	whole := raw.Object{}.WithRaw("text", text).WithRaw("signature", signature)
	return block("reasoningContent", raw.Object{}.WithRaw("reasoningText", whole.Bytes()))
}

// result gives what a tool answered, and the cache points inside after it. A
// status, Converse's word, is passed on.
func (r *request) result(m chat.Message) ([]raw.Object, error) {
	blocks, err := r.blocks(m)
	if err != nil {
		return nil, err
	}
	var inside, marks []raw.Object
	for _, b := range blocks {
		if b.Has("cachePoint") {
			marks = append(marks, b)
		} else {
			inside = append(inside, b)
		}
	}
	out := raw.Object{}.WithText("toolUseId", m.ToolID).WithRaw("content", raw.List(inside))
	out = chat.Copy(out, m.Whole, "status")
	return append([]raw.Object{block("toolResult", out)}, marks...), nil
}

// blocks gives a message's parts. Texts without a letter are left out: Converse
// refuses them, and they say nothing.
func (r *request) blocks(m chat.Message) ([]raw.Object, error) {
	var all []raw.Object
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.Kind != chat.Text {
			b, err := r.part(p)
			if err != nil {
				return nil, err
			}
			all = append(all, b)
		} else if !p.Blank() {
			all = append(all, raw.Object{}.WithRaw("text", p.Text))
		}
		all = append(all, mark(p.Whole)...)
	}
	return all, nil
}

// mark gives the cache point that a cache_control asks for after its owner.
// Five minutes are what a cache lasts where nothing is said.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
func mark(owner raw.Object) []raw.Object {
	v, ok := owner.Raw("cache_control")
	if !ok {
		return nil
	}
	o, err := raw.Parse(v)
	if err != nil {
		return nil
	}
	point := chat.Typed("default")
	if ttl, _ := o.Text("ttl"); ttl != "" && ttl != "5m" {
		point = point.WithText("ttl", ttl)
	}
	return []raw.Object{block("cachePoint", point)}
}

// block is one member of a union: an object with one member.
func block(kind string, o raw.Object) raw.Object { return raw.Object{}.WithRaw(kind, o.Bytes()) }
