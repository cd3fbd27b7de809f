package generate

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// asked is a function that the model called.
type asked struct {
	id, name string
	answered bool
}

func (r *request) conversation() error {
	if err := r.instruction(); err != nil {
		return err
	}
	v, _, err := r.take("contents")
	if err != nil {
		return err
	}
	list, err := objects("contents", v)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := r.content(c); err != nil {
			return err
		}
	}
	if len(r.messages) == 0 {
		return invalid("contents", "there is nothing to answer")
	}
	r.out = r.out.WithList("messages", r.messages)
	return nil
}

// instruction is the system's message.
func (r *request) instruction() error {
	v, ok, err := r.take("systemInstruction")
	if !ok || err != nil {
		return err
	}
	c, err := object("systemInstruction", v)
	if err != nil {
		return err
	}
	all, err := parts("systemInstruction", c)
	if err != nil {
		return err
	}
	var said []raw.Object
	for _, p := range all {
		text, _ := p.Raw("text")
		if !isText(text) {
			return invalid("systemInstruction", "a text is needed in each part")
		}
		said = append(said, typed("text").WithRaw("text", text))
	}
	if len(said) > 0 {
		r.messages = append(r.messages, message("system", said))
	}
	return nil
}

func parts(param string, content raw.Object) ([]raw.Object, error) {
	if !content.Has("parts") {
		return nil, nil
	}
	v, _ := content.Raw("parts")
	return objects(param, v)
}

func (r *request) content(c raw.Object) error {
	all, err := parts("contents", c)
	if err != nil {
		return err
	}
	switch role, _ := c.Text("role"); role {
	case "", "user", "function", "tool":
		return r.user(all)
	case "model":
		return r.model(all)
	default:
		return invalid("contents", "the role "+strconv.Quote(role)+" is neither user nor model")
	}
}

// user is what a user says, after the results of functions.
func (r *request) user(all []raw.Object) error {
	var said []raw.Object
	results := 0
	for _, p := range all {
		switch text, _ := p.Raw("text"); {
		case isText(text):
			said = append(said, typed("text").WithRaw("text", text))
		case p.Has("functionResponse"):
			m, err := r.result(p)
			if err != nil {
				return err
			}
			r.messages = append(r.messages, m)
			results++
		case p.Has("inlineData"), p.Has("fileData"):
			f, err := file(p)
			if err != nil {
				return err
			}
			said = append(said, f)
		default:
			return invalid("contents", "a user's part has a text, a file or a function's response, not "+names(p))
		}
	}
	if len(said) > 0 || results == 0 {
		r.messages = append(r.messages, message("user", said))
	}
	return nil
}

// names are what stands in a part.
func names(p raw.Object) string {
	for name := range p.All() {
		return strconv.Quote(name)
	}
	return "nothing"
}

// message says parts, a single text as one.
func message(role string, said []raw.Object) raw.Object {
	m := raw.Object{}.WithText("role", role)
	switch {
	case len(said) == 0:
		return m.WithText("content", "")
	case len(said) == 1 && said[0].Has("text"):
		text, _ := said[0].Raw("text")
		return m.WithRaw("content", text)
	}
	return m.WithList("content", said)
}

// result answers a call: the one of its id, else the first of its name that has
// no answer yet, for Google's ids are optional.
func (r *request) result(p raw.Object) (raw.Object, error) {
	f, err := member("contents", p, "functionResponse")
	if err != nil {
		return f, err
	}
	id, _ := f.Text("id")
	name, _ := f.Text("name")
	at := slices.IndexFunc(r.asked, func(a asked) bool { return !a.answered && id != "" && a.id == id })
	if at < 0 {
		at = slices.IndexFunc(r.asked, func(a asked) bool { return !a.answered && a.name == name })
	}
	if at < 0 {
		return f, invalid("contents", "no call of the function "+strconv.Quote(name)+" waits for a response")
	}
	r.asked[at].answered = true
	said := []raw.Object{typed("text").WithText("text", output(f))}
	files, err := parts("contents", f)
	if err != nil {
		return f, err
	}
	for _, p := range files {
		o, err := file(p)
		if err != nil {
			return f, err
		}
		said = append(said, o)
	}
	return message("tool", said).WithText("tool_call_id", r.asked[at].id), nil
}

// output is what a function answered: the member of that name if it is all
// there is, as Google's documents advise, else the whole.
func output(f raw.Object) string {
	v, ok := f.Raw("response")
	if !ok || string(v) == "null" {
		return ""
	}
	if o, err := raw.Parse(v); err == nil && o.Len() == 1 && o.Has("output") {
		if text, ok := o.Text("output"); ok {
			return text
		}
		v, _ = o.Raw("output")
	}
	return string(v)
}

// call is a call of a function in the model's turn.
func (r *request) toolCall(p raw.Object) (raw.Object, error) {
	f, err := member("contents", p, "functionCall")
	if err != nil {
		return f, err
	}
	name, _ := f.Text("name")
	if name == "" {
		return f, invalid("contents", "a functionCall needs a name")
	}
	id, _ := f.Text("id")
	if id == "" {
		id = "call_" + strconv.Itoa(len(r.asked))
	}
	r.asked = append(r.asked, asked{id: id, name: name})
	args := json.RawMessage("{}")
	if f.Has("args") {
		args, _ = f.Raw("args")
	}
	said := raw.Object{}.WithText("name", name).WithText("arguments", string(args))
	o := raw.Object{}.WithText("id", id).WithText("type", "function").WithRaw("function", said.Bytes())
	if s, _ := p.Text("thoughtSignature"); s != "" {
		o = o.WithRaw("provider_specific_fields", raw.Object{}.WithText("thought_signature", standard(s)).Bytes())
	}
	return o, nil
}

func typed(kind string) raw.Object { return raw.Object{}.WithText("type", kind) }
