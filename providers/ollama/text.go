package ollama

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
)

// text writes a conversation as one text. With an operator's template, or raw,
// the text is complete and the server must not put it into its own words;
// otherwise the server does, with the caller's template or context.
func text(r *chat.Request, out raw.Object) (raw.Object, error) {
	all, err := r.Messages()
	if err != nil {
		return out, err
	}
	if offered, err := tools(r); err != nil || len(offered) > 0 {
		return out, r.Unsupported("tools", "tools with a prompt that is one text")
	}
	said := make([]prompt.Message, len(all))
	var files []json.RawMessage
	for i := range all {
		m := &all[i]
		_, pictures, err := divide(r, m)
		if err != nil {
			return out, err
		}
		files = append(files, pictures...)
		said[i] = prompt.Message{Role: m.Role, Text: m.Text()}
		for _, c := range m.Calls {
			said[i].Calls = append(said[i].Calls, prompt.Call{ID: c.ID, Name: c.Name, Arguments: string(c.Arguments)})
		}
	}
	out = withPictures(out, files)
	if v, _ := r.In.Raw("raw"); r.Call.To.Settings[prompt.Setting] == "" && string(v) != "true" {
		return plain(out, said), nil
	}
	r.Done("raw")
	whole := said[0].Text // already as its writer wants it
	if len(said) > 1 || r.Call.To.Settings[prompt.Setting] != "" {
		if whole, err = prompt.Text(r.Call.To, said); err != nil {
			return out, err
		}
	}
	return out.WithText("prompt", whole).WithRaw("raw", json.RawMessage("true")), nil
}

// plain leaves the words to the server: what the system says, and the rest.
func plain(out raw.Object, said []prompt.Message) raw.Object {
	var system, rest []string
	for _, m := range said {
		if m.Role == "system" {
			system = append(system, m.Text)
		} else {
			rest = append(rest, m.Text)
		}
	}
	if len(system) > 0 {
		out = out.WithText("system", strings.Join(system, "\n"))
	}
	return out.WithText("prompt", strings.Join(rest, "\n"))
}
