package cohere

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// messages translates the conversation.
func messages(r *chat.Request) ([]raw.Object, error) {
	all, err := r.Messages()
	if err != nil {
		return nil, err
	}
	out := make([]raw.Object, len(all))
	for i := range all {
		m := &all[i]
		o := raw.Object{}.WithText("role", m.Role)
		if m.Role == "assistant" {
			o = assistant(o, m)
		}
		if m.ToolID != "" {
			o = o.WithText("tool_call_id", m.ToolID)
		}
		said, err := content(r, m)
		if err != nil {
			return nil, err
		}
		if said != nil {
			o = o.WithRaw("content", said)
		}
		out[i] = o
	}
	return out, nil
}

// content is a message's: the text it is, or the list of its parts after what
// an assistant thought. Nil: none.
func content(r *chat.Request, m *chat.Message) (json.RawMessage, error) {
	list := thoughts(m)
	if v, _ := m.Whole.Raw("content"); len(list) == 0 && chat.IsText(v) {
		return v, nil
	}
	for i := range m.Parts {
		o, err := part(r, m.Role, &m.Parts[i])
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return raw.List(list), nil
}

// part translates one part. A picture may be at an address: Cohere fetches it.
// Marks of what to cache are left out, as Cohere caches by itself.
func part(r *chat.Request, role string, p *chat.Part) (raw.Object, error) {
	switch {
	case p.Kind == chat.Text:
		return raw.Object{}.WithText("type", "text").WithRaw("text", p.Text), nil
	case p.Kind == chat.Image && role == "user":
		address := p.File.URL
		if address == "" {
			address = "data:" + p.File.Type + ";base64," + p.File.Data
		}
		image := raw.Object{}.WithText("url", address)
		if p.File.Detail != "" {
			image = image.WithText("detail", p.File.Detail)
		}
		return raw.Object{}.WithText("type", chat.Image).WithRaw(chat.Image, image.Bytes()), nil
	case p.Kind == "document", p.Kind == "thinking": // Cohere's own: what a tool found, a thought
		return p.Whole, nil
	}
	return raw.Object{}, r.Unsupported("messages", p.Kind+" parts in a message of role "+role)
}

// assistant adds what an assistant did besides speaking. What it thought
// before it called tools is Cohere's plan, unless it came as a block.
func assistant(o raw.Object, m *chat.Message) raw.Object {
	if len(m.Calls) > 0 && len(m.Thoughts) == 0 && m.Reasoning != "" {
		o = o.WithText("tool_plan", m.Reasoning)
	}
	o = chat.Copy(o, m.Whole, "tool_plan", "citations") // as in Cohere's own replies
	if len(m.Calls) == 0 {
		return o
	}
	calls := make([]raw.Object, len(m.Calls))
	for i, c := range m.Calls {
		f := raw.Object{}.WithText("name", c.Name).WithText("arguments", string(c.Arguments))
		calls[i] = raw.Object{}.WithText("id", c.ID).WithText("type", "function").WithRaw("function", f.Bytes())
	}
	return o.WithRaw("tool_calls", raw.List(calls))
}

// thoughts are the parts of what an assistant thought.
func thoughts(m *chat.Message) []raw.Object {
	var all []raw.Object
	add := func(text string) {
		if text != "" {
			all = append(all, raw.Object{}.WithText("type", "thinking").WithText("thinking", text))
		}
	}
	for _, block := range m.Thoughts {
		text, _ := block.Text("thinking")
		add(text)
	}
	if len(m.Thoughts) == 0 && len(m.Calls) == 0 {
		add(m.Reasoning)
	}
	return all
}
