package anthropic

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// content reads a message's content as blocks: a text, or a list of parts.
// Empty texts are left out, because Anthropic refuses them.
func content(param string, m raw.Object) ([]raw.Object, error) {
	v, _ := m.Raw("content")
	if !m.Has("content") {
		return nil, nil
	}
	var blocks []raw.Object
	switch v[0] {
	case '"':
		if len(v) > 2 {
			blocks = append(blocks, typed("text").WithRaw("text", v))
		}
	case '[':
		for _, item := range raw.Items(v) {
			part, err := parse(param, item)
			if err != nil {
				return nil, err
			}
			block, ok, err := blockOf(param, part)
			if err != nil {
				return nil, err
			}
			if ok {
				blocks = append(blocks, block)
			}
		}
	default:
		return nil, invalid(param, "content must be a text or a list of parts")
	}
	mark(blocks, m)
	return blocks, nil
}

// blockOf gives a part as a block; false for an empty one. Parts of other
// types are Anthropic's own blocks and stay as they are.
func blockOf(param string, part raw.Object) (raw.Object, bool, error) {
	kind, _ := part.Text("type")
	var block raw.Object
	var err error
	switch kind {
	case "text":
		text, _ := part.Raw("text")
		if len(text) < 2 || text[0] != '"' {
			return block, false, invalid(param, "a text part needs a text")
		}
		if len(text) == 2 {
			return block, false, nil
		}
		block = copied(typed("text"), part, "text", "citations")
	case "refusal":
		text, _ := part.Text("refusal")
		block = typed("text").WithText("text", text)
		if text == "" {
			return block, false, nil
		}
	case "image_url":
		block, err = image(param, part)
	case "file":
		block, err = file(param, part)
	case "input_audio", "video_url":
		err = unsupported(param, kind+" parts")
	case "":
		err = invalid(param, "a part needs a type")
	default:
		return part, true, nil
	}
	return copied(block, part, "cache_control"), true, err
}

// image reads an image_url part, whose value is an object or the URL alone.
func image(param string, part raw.Object) (raw.Object, error) {
	address, ok := part.Text("image_url")
	var kind string
	if !ok {
		v, _ := part.Raw("image_url")
		o, err := parse(param, v)
		if err != nil {
			return o, err
		}
		address, _ = o.Text("url")
		kind, _ = o.Text("format") // LiteLLM's: the media type, when the URL has a wrong one
	}
	source, err := sourceOf(param, address, kind)
	return typed("image").WithRaw("source", source.Bytes()), err
}

// file reads a file part: a document, or an image if its data says so.
func file(param string, part raw.Object) (raw.Object, error) {
	v, _ := part.Raw("file")
	o, err := parse(param, v)
	if err != nil {
		return o, err
	}
	kind, _ := o.Text("format")
	if id, _ := o.Text("file_id"); id != "" {
		source := typed("file").WithText("file_id", id)
		if isURL(id) {
			source = typed("url").WithText("url", id)
		}
		if strings.HasPrefix(kind, "image/") {
			return typed("image").WithRaw("source", source.Bytes()), nil
		}
		return typed("document").WithRaw("source", source.Bytes()), nil
	}
	data, _ := o.Text("file_data")
	if data == "" {
		return o, invalid(param, "a file part needs file_data or file_id")
	}
	if !strings.HasPrefix(data, "data:") && !isURL(data) {
		data = "data:application/pdf;base64," + data
	}
	source, err := sourceOf(param, data, kind)
	media, _ := source.Text("media_type")
	switch {
	case strings.HasPrefix(media, "image/"):
		return typed("image").WithRaw("source", source.Bytes()), err
	case strings.HasPrefix(media, "text/") && err == nil:
		if source, err = plain(param, source); err != nil {
			return source, err
		}
	}
	return typed("document").WithRaw("source", source.Bytes()), err
}

// sourceOf says where bytes are: in a data URL (RFC 2397) or at an address.
func sourceOf(param, address, media string) (raw.Object, error) {
	if isURL(address) {
		return typed("url").WithText("url", address), nil
	}
	rest, ok := strings.CutPrefix(address, "data:")
	head, data, comma := strings.Cut(rest, ",")
	if !ok || !comma {
		return raw.Object{}, invalid(param, "an http, https or data URL is needed")
	}
	kind, isBase64 := strings.CutSuffix(head, ";base64")
	if !isBase64 {
		text, err := url.PathUnescape(data)
		if err != nil {
			return raw.Object{}, invalid(param, "malformed data URL")
		}
		data = base64.StdEncoding.EncodeToString([]byte(text))
	}
	if media == "" {
		media, _, _ = strings.Cut(kind, ";")
	}
	if media == "image/jpg" {
		media = "image/jpeg" // what it is registered as, and Anthropic's only word
	}
	return typed("base64").WithText("media_type", media).WithText("data", data), nil
}

// plain turns bytes of text into the text, as Anthropic takes text documents.
func plain(param string, source raw.Object) (raw.Object, error) {
	data, _ := source.Text("data")
	text, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return source, invalid(param, "file_data is not base64")
	}
	return typed("text").WithText("media_type", "text/plain").WithText("data", string(text)), nil
}

func isURL(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }

// textual is a JSON string.
func textual(v json.RawMessage) bool { return len(v) > 0 && v[0] == '"' }
