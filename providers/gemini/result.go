package gemini

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// result answers a call, whose function Gemini wants named. Its files belong
// into it from Gemini 3 on, and stand beside it before.
func (r *request) result(t *turns, m *chat.Message) ([]raw.Object, error) {
	name := t.names[m.ToolID]
	if name == "" {
		name = m.Name
	}
	if name == "" {
		return nil, chat.Invalid("messages", "no tool call has the id %q", m.ToolID)
	}
	var texts []string
	var files []raw.Object
	for i := range m.Parts {
		if m.Parts[i].Kind == chat.Text {
			texts = append(texts, m.Parts[i].String())
			continue
		}
		p, err := r.file(&m.Parts[i])
		if err != nil {
			return nil, err
		}
		files = append(files, p)
	}
	id, _, _ := strings.Cut(m.ToolID, inID)
	f := raw.Object{}.WithText("id", id).WithText("name", name).WithRaw("response", output(strings.Join(texts, "\n")))
	if len(files) > 0 && r.model.Third() {
		f = f.WithRaw("parts", raw.List(files))
		files = nil
	}
	return append([]raw.Object{raw.Object{}.WithRaw("functionResponse", f.Bytes())}, files...), nil
}

// output is a result as the object that Gemini wants: the one it is, or one
// that has the text as output.
func output(text string) json.RawMessage {
	v := json.RawMessage(strings.TrimSpace(text))
	if len(v) > 0 && v[0] == '{' && raw.Strict(v) == nil {
		return v
	}
	return raw.Object{}.WithText("output", text).Bytes()
}
