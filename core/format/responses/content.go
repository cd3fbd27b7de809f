package responses

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// contentOf is a message's content in chat's words.
func contentOf(v json.RawMessage) (json.RawMessage, error) {
	if len(v) > 0 && v[0] == '"' {
		return v, nil
	}
	parts, err := partsOf(v)
	if err != nil {
		return nil, err
	}
	return list(parts), nil
}

// list writes parts. A single text is written as such: many providers take
// lists from users only.
func list(parts []raw.Object) json.RawMessage {
	if len(parts) == 1 && parts[0].Len() == 2 {
		if v, ok := parts[0].Raw("text"); ok {
			return v
		}
	}
	return raw.List(parts)
}

func partsOf(v json.RawMessage) ([]raw.Object, error) {
	switch {
	case len(v) > 0 && v[0] == '"':
		return []raw.Object{textPart(v)}, nil
	case len(v) == 0 || v[0] != '[':
		return nil, invalid("input", "content must be a text or a list of parts")
	}
	parts := []raw.Object{}
	for _, item := range raw.Items(v) {
		whole, err := raw.Parse(item)
		if err != nil {
			return nil, invalid("input", err.Error())
		}
		p, err := part(whole)
		if err != nil {
			return nil, err
		}
		for _, name := range []string{"prompt_cache_breakpoint", "cache_control"} {
			p = moved(p, whole, name, name)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func textPart(v json.RawMessage) raw.Object {
	return raw.New(raw.Member{Name: "type", Value: json.RawMessage(`"text"`)}, raw.Member{Name: "text", Value: v})
}

func part(whole raw.Object) (raw.Object, error) {
	kind, _ := whole.Text("type")
	switch kind {
	case "input_text", "output_text", "summary_text", "reasoning_text", "text":
		if v, _ := whole.Raw("text"); len(v) > 0 && v[0] == '"' {
			return textPart(v), nil
		}
		return whole, invalid("input", "a part of type "+kind+" needs a text")
	case "refusal":
		return moved(raw.Object{}.WithText("type", kind), whole, kind, kind), nil
	case "input_image":
		return image(whole)
	case "input_file":
		return file(whole)
	case "input_audio":
		return moved(raw.Object{}.WithText("type", kind), whole, kind, kind), nil
	case "":
		return whole, invalid("input", "a part needs a type")
	}
	return whole, unsupported("input", "parts of type "+kind)
}

func image(whole raw.Object) (raw.Object, error) {
	url, _ := whole.Raw("image_url")
	if len(url) == 0 || url[0] != '"' {
		if whole.Has("file_id") {
			return whole, unsupported("input", "pictures by file_id; give an image_url")
		}
		return whole, invalid("input", "a part of type input_image needs an image_url")
	}
	at := moved(raw.New(raw.Member{Name: "url", Value: url}), whole, "detail", "detail")
	return raw.New(raw.Member{Name: "type", Value: json.RawMessage(`"image_url"`)}, raw.Member{Name: "image_url", Value: at.Bytes()}), nil
}

// file gives a file by its bytes or id as chat does, and by its address as
// LiteLLM does: in the place of the id.
func file(whole raw.Object) (raw.Object, error) {
	f := raw.Object{}
	for _, name := range []string{"filename", "file_data", "file_id"} {
		f = moved(f, whole, name, name)
	}
	f = moved(f, whole, "file_url", "file_id")
	if !f.Has("file_data") && !f.Has("file_id") {
		return whole, invalid("input", "a part of type input_file needs file_data, file_id or file_url")
	}
	return raw.New(raw.Member{Name: "type", Value: json.RawMessage(`"file"`)}, raw.Member{Name: "file", Value: f.Bytes()}), nil
}

// sealPrefix tells what this gateway put into encrypted_content.
const sealPrefix = "tollgate-thinking-1:"

// sealed is encrypted_content for thinking blocks, which a provider signed and
// wants back as they are: responses have no other place that every client
// gives back. They are not secret from the client, who sees their text anyway.
func sealed(blocks []byte) string {
	return sealPrefix + base64.StdEncoding.EncodeToString(blocks)
}

// unsealed reads it back; false for another's.
func unsealed(text string) ([]raw.Object, bool) {
	text, ours := strings.CutPrefix(text, sealPrefix)
	if !ours {
		return nil, false
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, false
	}
	blocks, err := raw.Objects(b)
	return blocks, err == nil
}

// joined are texts with an empty line between them.
func joined(texts []string) string { return strings.Join(texts, "\n\n") }
