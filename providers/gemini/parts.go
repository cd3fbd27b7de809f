package gemini

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/gemini/model"
)

// parts adds what a message says to all. Gemini refuses empty texts.
func (r *request) parts(all []raw.Object, m *chat.Message) ([]raw.Object, error) {
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.Kind == chat.Text {
			if string(p.Text) != `""` {
				all = append(all, r.shelf.New(raw.Member{Name: "text", Value: p.Text}))
			}
			continue
		}
		o, err := r.file(p)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// pictures are those that the model made earlier.
func (r *request) pictures(m *chat.Message) ([]raw.Object, error) {
	if !m.Whole.Has("images") {
		return nil, nil
	}
	list, _ := m.Whole.Raw("images")
	made, err := chat.Parts("messages", list)
	if err != nil {
		return nil, err
	}
	var all []raw.Object
	for i := range made {
		p := &made[i]
		o, err := r.file(p)
		if err != nil {
			return nil, err
		}
		if s := signatureOf(p.Whole); s != "" {
			o = o.WithText("thoughtSignature", s)
		}
		all = append(all, o)
	}
	return all, nil
}

// file is a picture, document, sound or film.
func (r *request) file(p *chat.Part) (raw.Object, error) {
	switch p.Kind {
	case chat.Image, chat.Doc, chat.Audio, chat.Video:
	default:
		return raw.Object{}, r.Unsupported("messages", "parts of type "+p.Kind)
	}
	f := *p.File
	if !model.Served(f.URL) {
		f = r.Inline(p.File)
	}
	o, err := r.data(f)
	if err != nil {
		return o, err
	}
	own := chat.Member(p.Whole, p.Kind)
	if detail, _ := own.Text("detail"); r.model.Third() && resolution[detail] != "" {
		o = o.WithRaw("mediaResolution", raw.Object{}.WithText("level", resolution[detail]).Bytes())
	}
	for _, name := range []string{"video_metadata", "videoMetadata"} { // LiteLLM's and Google's
		if v := chat.Member(own, name); v.Len() > 0 {
			o = o.WithRaw("videoMetadata", v.Renamed("start_offset", "startOffset").Renamed("end_offset", "endOffset").Bytes())
		}
	}
	return o, nil
}

// data says where a file's bytes are.
func (r *request) data(f chat.File) (raw.Object, error) {
	switch {
	case f.Data != "" && f.Type == "":
		return raw.Object{}, chat.Invalid("messages", "a file needs a media type")
	case f.Data != "":
		o := raw.Object{}.WithText("mimeType", f.Type).WithRaw("data", json.RawMessage(raw.Quote(f.Data)))
		return raw.Object{}.WithRaw("inlineData", o.Bytes()), nil
	case strings.HasPrefix(f.ID, "files/"):
		f.URL = Base + "/" + f.ID
	case f.ID != "":
		return raw.Object{}, r.Unsupported("messages", "files of other vendors")
	}
	o := raw.Object{}
	if kind := model.TypeOf(&f); kind != "" {
		o = o.WithText("mimeType", kind)
	}
	return raw.Object{}.WithRaw("fileData", o.WithText("fileUri", f.URL).Bytes()), nil
}

// resolution is Gemini's word for OpenAI's detail, and for LiteLLM's further
// ones. https://ai.google.dev/gemini-api/docs/media-resolution
var resolution = map[string]string{
	"low": "MEDIA_RESOLUTION_LOW", "medium": "MEDIA_RESOLUTION_MEDIUM", "high": "MEDIA_RESOLUTION_HIGH",
	"ultra_high": "MEDIA_RESOLUTION_ULTRA_HIGH",
}

// fetch lists the files that Gemini does not get itself.
func fetch(call *llm.Call) []string { return slices.DeleteFunc(chat.Remote(call), model.Served) }
