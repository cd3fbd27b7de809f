package messages

import (
	"encoding/json"
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// parts translates a list of blocks, or a text.
func (r *request) parts(param string, v json.RawMessage) ([]raw.Object, error) {
	if isText(v) {
		return []raw.Object{typed("text").WithRaw("text", v)}, nil
	}
	if !isList(v) {
		return nil, invalid(param, "content must be a text or a list of blocks")
	}
	blocks, err := objects(param, v)
	if err != nil {
		return nil, err
	}
	all := make([]raw.Object, 0, len(blocks))
	for _, b := range blocks {
		parts, err := r.part(param, b)
		if err != nil {
			return nil, err
		}
		all = append(all, parts...)
	}
	return all, nil
}

// part translates one block. One that OpenAI has no word for stays as it is.
func (r *request) part(param string, b raw.Object) ([]raw.Object, error) {
	kind, _ := b.Text("type")
	var parts []raw.Object
	var err error
	switch kind {
	case "":
		return nil, invalid(param, "a block needs a type")
	case "text":
		text, _ := b.Raw("text")
		if !isText(text) {
			return nil, invalid(param, "a text block needs a text")
		}
		if r.claude {
			return []raw.Object{b}, nil
		}
		return []raw.Object{typed("text").WithRaw("text", text)}, nil
	case "image":
		parts, err = r.image(param, b)
	case "document":
		parts, err = r.document(param, b)
	}
	if err != nil {
		return nil, err
	}
	if parts == nil {
		return []raw.Object{b}, nil
	}
	if last := len(parts) - 1; r.claude && last >= 0 {
		parts[last] = copied(parts[last], b, "cache_control")
	}
	return parts, nil
}

// image gives a picture by its bytes or address; nil for one that lies with
// Anthropic.
func (r *request) image(param string, b raw.Object) ([]raw.Object, error) {
	source, err := sourceOf(param, b)
	if err != nil {
		return nil, err
	}
	var address json.RawMessage
	switch kind, _ := source.Text("type"); kind {
	case "base64":
		address, err = dataURL(param, source)
	case "url":
		address, err = textOf(param, source, "url")
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []raw.Object{typed("image_url").WithRaw("image_url", raw.Object{}.WithRaw("url", address).Bytes())}, nil
}

// document gives a file by its bytes or address, or its text. It is nil for one
// that lies with Anthropic or is to be cited, which OpenAI has no word for.
func (r *request) document(param string, b raw.Object) ([]raw.Object, error) {
	source, err := sourceOf(param, b)
	if err != nil {
		return nil, err
	}
	if v, _ := b.Raw("citations"); b.Has("citations") {
		if wanted, err := parse(param, v); err != nil {
			return nil, err
		} else if on, _ := wanted.Raw("enabled"); string(on) == "true" {
			return nil, nil
		}
	}
	file := raw.Object{}
	var v json.RawMessage
	switch kind, _ := source.Text("type"); kind {
	case "base64":
		if v, err = dataURL(param, source); err != nil {
			return nil, err
		}
		name := json.RawMessage(`"document.pdf"`)
		if title, _ := b.Raw("title"); isText(title) {
			name = title
		}
		file = file.WithRaw("filename", name).WithRaw("file_data", v)
	case "url":
		if v, err = textOf(param, source, "url"); err != nil {
			return nil, err
		}
		file = file.WithRaw("file_id", v)
	case "text":
		if v, err = textOf(param, source, "data"); err != nil {
			return nil, err
		}
		return append(headed(b), typed("text").WithRaw("text", v)), nil
	case "content":
		v, _ = source.Raw("content")
		parts, err := r.parts(param, v)
		return append(headed(b), parts...), err
	default:
		return nil, nil
	}
	return []raw.Object{typed("file").WithRaw("file", file.Bytes())}, nil
}

// headed is what is said of a document that becomes text.
func headed(b raw.Object) []raw.Object {
	parts := []raw.Object{}
	for _, name := range []string{"title", "context"} {
		if v, _ := b.Raw(name); isText(v) {
			parts = append(parts, typed("text").WithRaw("text", v))
		}
	}
	return parts
}

func sourceOf(param string, b raw.Object) (raw.Object, error) {
	v, _ := b.Raw("source")
	return parse(param, v)
}

func textOf(param string, o raw.Object, name string) (json.RawMessage, error) {
	v, _ := o.Raw(name)
	if !isText(v) {
		return nil, invalid(param, "a source needs %s", name)
	}
	return v, nil
}

// dataURL gives a source's bytes as OpenAI has them (RFC 2397), in one copy.
func dataURL(param string, source raw.Object) (json.RawMessage, error) {
	data, err := textOf(param, source, "data")
	if err != nil {
		return nil, err
	}
	kind, err := textOf(param, source, "media_type")
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(`"data:`), kind[1:len(kind)-1], []byte(";base64,"), data[1:]), nil
}

// withContent gives a message its parts: a text alone as such, because not
// every vendor takes lists.
func withContent(m raw.Object, parts []raw.Object) raw.Object {
	switch {
	case len(parts) == 0:
		return m.WithText("content", "")
	case len(parts) == 1 && parts[0].Len() == 2:
		if text, ok := parts[0].Raw("text"); ok {
			return m.WithRaw("content", text)
		}
	}
	return m.WithList("content", parts)
}
