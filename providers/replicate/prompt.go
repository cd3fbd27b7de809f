package replicate

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
)

// conversation says the messages as the model takes them: what the system says
// and one prompt, a list of messages, or all of it in one marked text.
func (r *request) conversation() error {
	all, err := r.Messages()
	if err != nil {
		return err
	}
	if err := r.files(all); err != nil {
		return err
	}
	system, turns := chat.System(all)
	own := r.Call.To.Settings
	switch {
	case own[prompt.Setting] != "" || own["hf_model_name"] != "":
		return r.marked(all)
	case len(turns) == 1 && turns[0].Role == "user" && (len(system) == 0 || r.family.system != ""):
		r.text("prompt", turns)
		r.text(r.family.system, system)
		return nil
	case r.family.history != "":
		return r.history(all)
	case r.family.system == "":
		return r.marked(all)
	}
	_, known := prompt.For(r.Call.To.Provider, r.Call.To.Model)
	if known && r.family.template != "" {
		return r.marked(all)
	}
	r.text(r.family.system, system)
	return r.marked(turns)
}

// text puts what some messages say into the input.
func (r *request) text(name string, from []chat.Message) {
	if len(from) == 0 {
		return
	}
	texts := make([]string, len(from))
	for i := range from {
		texts[i] = from[i].Text()
	}
	r.input = r.input.WithText(name, strings.Join(texts, "\n"))
}

// history gives the messages as they are, in texts.
func (r *request) history(all []chat.Message) error {
	list := make([]raw.Object, len(all))
	for i := range all {
		if len(all[i].Calls) > 0 || all[i].Role == "tool" {
			return r.Unsupported("messages", "tools")
		}
		list[i] = raw.Object{}.WithText("role", all[i].Role).WithText("content", all[i].Text())
	}
	r.input = r.input.WithRaw(r.family.history, raw.List(list))
	return nil
}

// marked says turns in one text: with the marks that the model was trained on,
// or, when those are not known, with the speakers' names. A model that puts
// marks around each prompt is told not to.
func (r *request) marked(turns []chat.Message) error {
	said := make([]prompt.Message, len(turns))
	for i := range turns {
		if len(turns[i].Calls) > 0 || turns[i].Role == "tool" {
			return r.Unsupported("messages", "tools")
		}
		said[i] = prompt.Message{Role: turns[i].Role, Text: turns[i].Text()}
	}
	to := r.Call.To
	format, known := prompt.For(to.Provider, to.Model)
	switch {
	case to.Settings[prompt.Setting] != "" || to.Settings["hf_model_name"] != "":
		known = true
		format = func(said []prompt.Message) (string, error) { return prompt.Text(to, said) }
	case strings.Contains(to.Model, "meta/llama-2"):
		// https://replicate.com/meta/llama-2-70b-chat, "Formatting prompts for chat interfaces"
		format, _ = prompt.For("", "meta-llama/llama-2-chat")
	case !known:
		format = named(len(said) > 1)
	}
	text, err := format(said)
	if err != nil {
		return err
	}
	r.input = r.input.WithText("prompt", text)
	if known && r.family.template != "" && !r.In.Has(r.family.template) {
		r.input = r.input.WithText(r.family.template, "{prompt}")
	}
	return nil
}

// named is the format of a model of which nothing is known. One text is sent as
// it is.
func named(several bool) prompt.Format {
	if !several {
		return prompt.Template{}.Prompt
	}
	return prompt.Template{Final: "Assistant:", Roles: map[string]prompt.Role{
		"system": {Post: "\n\n"}, "user": {Pre: "User: ", Post: "\n\n"}, "assistant": {Pre: "Assistant: ", Post: "\n\n"},
	}}.Prompt
}

// files puts the pictures, films and sounds of the conversation into the input:
// addresses as they are, bytes as data URLs.
func (r *request) files(all []chat.Message) error {
	found := map[string][]string{}
	for i := range all {
		for _, p := range all[i].Parts {
			if p.Kind == chat.Text {
				continue
			}
			to, ok := r.family.files[p.Kind]
			if !ok || p.File.ID != "" {
				return r.Unsupported("messages", "parts of type "+p.Kind+" for this model")
			}
			address := p.File.URL
			if p.File.Data != "" {
				address = "data:" + p.File.Type + ";base64," + p.File.Data
			}
			if found[to.name] = append(found[to.name], address); !to.list && len(found[to.name]) > 1 {
				return r.Unsupported("messages", "more than one part of type "+p.Kind+" for this model")
			}
		}
	}
	for _, kind := range []string{chat.Image, chat.Video, chat.Audio} {
		to := r.family.files[kind]
		switch addresses := found[to.name]; {
		case len(addresses) == 0:
		case to.list:
			list, err := json.Marshal(addresses)
			if err != nil {
				return err
			}
			r.input = r.input.WithRaw(to.name, list)
		default:
			r.input = r.input.WithText(to.name, addresses[0])
		}
	}
	return nil
}
