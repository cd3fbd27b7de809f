package anthropic

import (
	"encoding/base64"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// blocks adds parts to all as Anthropic's content blocks. Empty texts are left
// out, because Anthropic refuses them.
func (r *request) blocks(all []raw.Object, param string, parts []chat.Part) ([]raw.Object, error) {
	for i := range parts {
		p := &parts[i]
		if p.Kind == chat.Text && string(p.Text) == `""` {
			continue
		}
		block, err := r.block(param, p)
		if err != nil {
			return nil, err
		}
		all = append(all, block)
	}
	return all, nil
}

// block gives one part. Parts of other types are Anthropic's own blocks and
// stay as they are.
func (r *request) block(param string, p *chat.Part) (raw.Object, error) {
	switch p.Kind {
	case chat.Text:
		text := r.shelf.New(raw.Member{Name: "type", Value: r.text}, raw.Member{Name: "text", Value: p.Text})
		return chat.Copy(text, p.Whole, "citations", "cache_control"), nil
	case chat.Image, chat.Doc:
		return r.file(param, p)
	case chat.Audio, chat.Video:
		return raw.Object{}, r.Unsupported(param, p.Kind+" parts")
	}
	return p.Whole, nil
}

// file gives an image or a document. A file part is an image if it says so.
// The bytes are in it where the host, unlike Anthropic, fetches none.
func (r *request) file(param string, p *chat.Part) (raw.Object, error) {
	f := r.Inline(p.File)
	kind := "document"
	if p.Kind == chat.Image || strings.HasPrefix(f.Type, "image/") {
		kind = "image"
	}
	source, err := sourceOf(param, kind, &f)
	return chat.Copy(chat.Typed(kind).WithRaw("source", source.Bytes()), p.Whole, "cache_control"), err
}

// sourceOf says where a file's bytes are. Anthropic takes text documents as
// their text.
func sourceOf(param, kind string, f *chat.File) (raw.Object, error) {
	switch {
	case f.ID != "":
		return chat.Typed("file").WithText("file_id", f.ID), nil
	case f.Remote():
		return chat.Typed("url").WithText("url", f.URL), nil
	case f.URL != "":
		return raw.Object{}, chat.Invalid(param, "an http, https or data URL is needed")
	case kind == "document" && strings.HasPrefix(f.Type, "text/"):
		text, err := base64.StdEncoding.DecodeString(f.Data)
		if err != nil {
			return raw.Object{}, chat.Invalid(param, "file_data is not base64")
		}
		return chat.Typed("text").WithText("media_type", "text/plain").WithText("data", string(text)), nil
	}
	return chat.Typed("base64").WithText("media_type", f.Type).WithText("data", f.Data), nil
}
