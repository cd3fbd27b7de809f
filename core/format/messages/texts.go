package messages

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Texts are all that a model would read of a request, in order: what the system
// and the speakers say, what was thought, tools with their schemas, calls and
// results. They are what is there to count the tokens of; pictures and other
// files are not among them. Errors are *llm.Error of class BadRequestError.
func Texts(body raw.Object) ([]string, error) {
	r := &request{in: body}
	var t texting
	if v, ok, err := r.take("system"); err != nil {
		return nil, err
	} else if ok {
		t.content(v)
	}
	v, _, err := r.take("messages")
	if err != nil {
		return nil, err
	}
	list, err := objects("messages", v)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		v, _ := m.Raw("content")
		t.content(v)
	}
	if v, ok, err := r.take("tools"); err != nil {
		return nil, err
	} else if ok {
		declared, err := objects("tools", v)
		if err != nil {
			return nil, err
		}
		for _, tool := range declared {
			t.members(tool, "name", "description", "input_schema")
		}
	}
	return t.all, nil
}

type texting struct{ all []string }

// content is a text or a list of blocks.
func (t *texting) content(v json.RawMessage) {
	if isText(v) {
		t.value(v)
		return
	}
	for _, item := range raw.Items(v) {
		if b, err := raw.Parse(item); err == nil {
			t.block(b)
		}
	}
}

func (t *texting) block(b raw.Object) {
	switch kind, _ := b.Text("type"); kind {
	case "document":
		t.members(b, "title", "context")
		v, _ := b.Raw("source")
		source, err := raw.Parse(v)
		if err != nil {
			return // the translation says what is wrong with it
		}
		if kind, _ := source.Text("type"); kind == "text" {
			t.members(source, "data")
		}
		v, _ = source.Raw("content")
		t.content(v)
	case "image":
	default:
		t.members(b, "title", "text", "thinking", "name", "input")
		v, _ := b.Raw("content")
		t.content(v)
	}
}

// members are read as a model reads them: a text as what it says, anything else
// as it is written.
func (t *texting) members(o raw.Object, names ...string) {
	for _, name := range names {
		if v, _ := o.Raw(name); o.Has(name) {
			t.value(v)
		}
	}
}

func (t *texting) value(v json.RawMessage) {
	text := string(v)
	if isText(v) {
		_ = json.Unmarshal(v, &text) // take has checked it
	}
	if text != "" {
		t.all = append(t.all, text)
	}
}
