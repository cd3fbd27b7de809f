package generate

import (
	"mime"
	"net/url"
	"path"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// file is a part that has a file's bytes, or says where they are.
func file(p raw.Object) (raw.Object, error) {
	at, kind, name, err := pointed(p)
	if err != nil {
		return raw.Object{}, err
	}
	inline := strings.HasPrefix(at, "data:")
	family, format, _ := strings.Cut(kind, "/")
	switch {
	case family == "image":
		return pictured(p, "image_url", at, kind, inline), nil
	case family == "video", film(at):
		return pictured(p, "video_url", at, kind, inline), nil
	case family == "audio" && inline:
		_, data, _ := strings.Cut(at, ",")
		o := raw.Object{}.WithText("data", data).WithText("format", sound(format))
		return typed("input_audio").WithRaw("input_audio", o.Bytes()), nil
	}
	o := raw.Object{}
	if name == "" && inline {
		name = "file." + format // OpenAI wants a name
	}
	if name != "" {
		o = o.WithText("filename", name)
	}
	if inline {
		o = o.WithText("file_data", at)
	} else {
		o = o.WithText("file_id", at)
		if kind != "" {
			o = o.WithText("format", kind)
		}
	}
	return typed("file").WithRaw("file", o.Bytes()), nil
}

// pointed is where a file is, a data URL for one whose bytes are there, with its
// media type and name.
func pointed(p raw.Object) (at, kind, name string, err error) {
	if p.Has("inlineData") {
		o, err := member("contents", p, "inlineData")
		if err != nil {
			return "", "", "", err
		}
		data, _ := o.Text("data")
		if kind, _ = o.Text("mimeType"); kind == "" || data == "" {
			return "", "", "", invalid("contents", "inlineData needs mimeType and data")
		}
		name, _ = o.Text("displayName")
		return "data:" + kind + ";base64," + standard(data), kind, name, nil
	}
	o, err := member("contents", p, "fileData")
	if err != nil {
		return "", "", "", err
	}
	if at, _ = o.Text("fileUri"); !strings.Contains(at, "://") {
		return "", "", "", invalid("contents", "fileData needs a fileUri that is a whole address")
	}
	if kind, _ = o.Text("mimeType"); kind == "" {
		kind, _, _ = strings.Cut(mime.TypeByExtension(extension(at)), ";")
	}
	name, _ = o.Text("displayName")
	return at, kind, name, nil
}

func extension(at string) string {
	u, err := url.Parse(at)
	if err != nil {
		return ""
	}
	return path.Ext(u.Path)
}

// film reports whether an address is one of YouTube's, which Gemini plays.
// https://ai.google.dev/gemini-api/docs/video-understanding#youtube
func film(at string) bool {
	u, err := url.Parse(at)
	return err == nil && (u.Host == "youtu.be" || u.Host == "youtube.com" || u.Host == "www.youtube.com")
}

// pictured is a picture or film, with what Google has beside it. Its media type
// is said where the address does not tell.
func pictured(p raw.Object, word, at, kind string, inline bool) raw.Object {
	o := raw.Object{}.WithText("url", at)
	if !inline && kind != "" && extension(at) == "" && !film(at) {
		o = o.WithText("format", kind)
	}
	resolution, _ := member("contents", p, "mediaResolution") // one that is no object says nothing
	switch level, _ := resolution.Text("level"); level {
	case "MEDIA_RESOLUTION_LOW":
		o = o.WithText("detail", "low")
	case "MEDIA_RESOLUTION_HIGH":
		o = o.WithText("detail", "high")
	}
	if v, _ := p.Raw("videoMetadata"); p.Has("videoMetadata") {
		o = o.WithRaw("video_metadata", v)
	}
	return typed(word).WithRaw(word, o.Bytes())
}

// sound is OpenAI's word for a format of sound.
func sound(format string) string {
	format, _, _ = strings.Cut(format, ";")
	switch format {
	case "mpeg":
		return "mp3"
	case "x-wav", "wave", "vnd.wave":
		return "wav"
	}
	return format
}
