package ollama

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// conversation writes messages and tools.
func conversation(r *chat.Request, out raw.Object) (raw.Object, error) {
	all, err := r.Messages()
	if err != nil {
		return out, err
	}
	list := make([]raw.Object, len(all))
	names := map[string]string{} // of functions, by the ids of their calls
	for i := range all {
		m := &all[i]
		for _, c := range m.Calls {
			names[c.ID] = c.Name
		}
		if list[i], err = message(r, m, names[m.ToolID]); err != nil {
			return out, err
		}
	}
	tools, err := tools(r)
	if err != nil {
		return out, err
	}
	return out.WithRaw("messages", raw.List(list)).WithRaw("tools", raw.List(tools)), nil
}

// message writes one message: its text, and its pictures apart. tool is whose
// result it is.
func message(r *chat.Request, m *chat.Message, tool string) (raw.Object, error) {
	o := raw.Object{}.WithText("role", m.Role)
	text, pictures, err := divide(r, m)
	if err != nil {
		return o, err
	}
	if text != nil {
		o = o.WithRaw("content", text)
	}
	if thought := thought(m); thought != "" {
		o = o.WithText("thinking", thought)
	}
	o = withPictures(o, pictures)
	if m.Role == "tool" {
		if tool == "" {
			tool = m.Name
		}
		if tool != "" {
			o = o.WithText("tool_name", tool)
		}
	}
	if len(m.Calls) == 0 {
		return o, nil
	}
	calls := make([]raw.Object, len(m.Calls))
	for i, c := range m.Calls {
		f := raw.Object{}.WithText("name", c.Name).WithRaw("arguments", c.Arguments)
		calls[i] = raw.Object{}.WithRaw("function", f.Bytes())
	}
	return o.WithRaw("tool_calls", raw.List(calls)), nil
}

// divide separates a message's text, nil when it has none, from its pictures,
// which are texts in base64.
func divide(r *chat.Request, m *chat.Message) (text json.RawMessage, pictures []json.RawMessage, err error) {
	texts := 0
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.Kind == chat.Text {
			texts++
			text = p.Text
			continue
		}
		f := r.Inline(p.File)
		picture := p.Kind == chat.Image || p.Kind == chat.Doc && strings.HasPrefix(f.Type, "image/")
		if !picture || f.Data == "" {
			return nil, nil, r.Unsupported("messages", p.Kind+" parts such as this")
		}
		pictures = append(pictures, raw.Quote(f.Data))
	}
	if texts > 1 {
		text = raw.Quote(m.Text())
	}
	return text, pictures, nil
}

// withPictures adds pictures, if there are any.
func withPictures(o raw.Object, pictures []json.RawMessage) raw.Object {
	if len(pictures) == 0 {
		return o
	}
	list := []byte{'['}
	for i, p := range pictures {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, p...)
	}
	return o.WithRaw("images", append(list, ']'))
}

// thought is what an assistant thought, in one word or the other.
func thought(m *chat.Message) string {
	if m.Reasoning != "" {
		return m.Reasoning
	}
	var all []string
	for _, block := range m.Thoughts {
		if text, _ := block.Text("thinking"); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

// tools lists the tools. Ollama cannot be told whether to call one: only not
// to call any, by not offering them.
func tools(r *chat.Request) ([]raw.Object, error) {
	all, err := r.Tools()
	if err != nil {
		return nil, err
	}
	switch v, _ := r.In.Raw("tool_choice"); string(v) {
	case `"auto"`:
		r.Done("tool_choice")
	case `"none"`:
		r.Done("tool_choice")
		return nil, nil
	}
	list := make([]raw.Object, len(all))
	for i := range all {
		list[i] = all[i].Whole
	}
	return list, nil
}
