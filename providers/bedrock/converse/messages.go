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
	for i := range system {
		if says, err = r.turn(says, &system[i]); err != nil {
			return err
		}
	}
	if len(says) > 0 {
		r.out = r.out.WithRaw("system", raw.List(says))
	}
	said := chat.Room(len(rest))
	for i := range rest {
		said.By(speaker(&rest[i]))
		if said.Said, err = r.turn(said.Said, &rest[i]); err != nil {
			return err
		}
	}
	r.out = r.out.WithList("messages", said.Messages("content"))
	return nil
}

func speaker(m *chat.Message) string {
	if m.Role == "assistant" {
		return "assistant"
	}
	return "user"
}

// turn adds a message to all, and the cache point of a whole one that says
// anything.
func (r *request) turn(all []raw.Object, m *chat.Message) ([]raw.Object, error) {
	before := len(all)
	var err error
	switch m.Role {
	case "tool":
		all, err = r.result(all, m)
	case "assistant":
		all, err = r.said(all, m)
	default:
		all, err = r.blocks(all, m)
	}
	if len(all) > before {
		all = marked(all, &m.Whole)
	}
	return all, err
}

// said adds an assistant's message: its thoughts, its words, its calls.
func (r *request) said(all []raw.Object, m *chat.Message) ([]raw.Object, error) {
	for _, t := range m.Thoughts {
		if b := thought(t); b.Len() > 0 {
			all = append(all, b)
		}
	}
	all, err := r.blocks(all, m)
	if err != nil {
		return nil, err
	}
	for i := range m.Calls {
		c := &m.Calls[i]
		use := raw.Object{}.WithText("toolUseId", c.ID).WithText("name", c.Name).WithRaw("input", c.Arguments)
		all = marked(append(all, block("toolUse", use)), &c.Whole)
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

// result adds what a tool answered, and the cache points inside after it. A
// status, Converse's word, is passed on.
func (r *request) result(all []raw.Object, m *chat.Message) ([]raw.Object, error) {
	blocks, err := r.blocks(nil, m)
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
	return append(append(all, block("toolResult", out)), marks...), nil
}

// blocks adds a message's parts. Texts without a letter are left out: Converse
// refuses them, and they say nothing.
func (r *request) blocks(all []raw.Object, m *chat.Message) ([]raw.Object, error) {
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.Kind != chat.Text {
			b, err := r.part(p)
			if err != nil {
				return nil, err
			}
			all = append(all, b)
		} else if !p.Blank() {
			all = append(all, r.shelf.New(raw.Member{Name: "text", Value: p.Text}))
		}
		all = marked(all, &p.Whole)
	}
	return all, nil
}

// marked adds the cache point that a cache_control asks for after its owner.
// Five minutes are what a cache lasts where nothing is said.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
func marked(all []raw.Object, owner *raw.Object) []raw.Object {
	v, ok := owner.Raw("cache_control")
	if !ok {
		return all
	}
	o, err := raw.Parse(v)
	if err != nil {
		return all
	}
	point := chat.Typed("default")
	if ttl, _ := o.Text("ttl"); ttl != "" && ttl != "5m" {
		point = point.WithText("ttl", ttl)
	}
	return append(all, block("cachePoint", point))
}

// block is one member of a union: an object with one member.
func block(kind string, o raw.Object) raw.Object { return raw.Object{}.WithRaw(kind, o.Bytes()) }
