package converse

import (
	"path"
	"strconv"
	"strings"
	"unicode"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// formats are the words of Converse's ImageFormat, DocumentFormat, VideoFormat
// and AudioFormat that are not a media type's own.
var formats = map[string]string{
	"application/msword": "doc",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
	"application/vnd.ms-excel": "xls",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
	"text/plain": "txt", "text/markdown": "md", "image/jpg": "jpeg", "audio/x-wav": "wav", "audio/x-m4a": "m4a",
	"video/quicktime": "mov", "video/x-matroska": "mkv", "video/x-flv": "flv", "video/x-ms-wmv": "wmv", "video/3gpp": "three_gp",
}

// part gives a picture, document, sound, film, or a block in Converse's words.
func (r *request) part(p *chat.Part) (raw.Object, error) {
	switch p.Kind {
	case chat.Image, chat.Doc, chat.Video, chat.Audio:
		return r.file(p)
	case "guarded_text": // LiteLLM's
		text := chat.Copy(raw.Object{}, p.Whole, "text", "qualifiers")
		return block("guardContent", block("text", text)), nil
	}
	if v, _ := p.Whole.Raw(p.Kind); p.Whole.Has(p.Kind) {
		return raw.Object{}.WithRaw(p.Kind, v), nil
	}
	return raw.Object{}, r.Unsupported("messages", "parts of type "+p.Kind)
}

func (r *request) file(p *chat.Part) (raw.Object, error) {
	f := r.Inline(p.File)
	var source raw.Object
	switch {
	case f.Data != "":
		source = raw.Object{}.WithText("bytes", f.Data)
	case strings.HasPrefix(f.URL, "s3://"):
		source = block("s3Location", raw.Object{}.WithText("uri", f.URL))
	default:
		return source, r.Unsupported("messages", "files by reference other than s3://; send their bytes or an https address")
	}
	format := formats[f.Type]
	if format == "" {
		_, format, _ = strings.Cut(f.Type, "/")
	}
	if format == "" {
		format = strings.ToLower(strings.TrimPrefix(path.Ext(f.URL), "."))
	}
	if format == "" {
		return source, chat.Invalid("messages", "a file needs a format")
	}
	kind := kindOf(p.Kind, f.Type)
	out := raw.Object{}.WithText("format", format)
	if kind == "document" {
		out = out.WithText("name", r.name(f))
		out = chat.Copy(out, chat.Member(p.Whole, p.Kind), "context", "citations")
	}
	return block(kind, out.WithRaw("source", source.Bytes())), nil
}

// kindOf is the block for a file: what its type says, since people send all
// sorts of files as image_url or file.
func kindOf(part, kind string) string {
	switch family, _, _ := strings.Cut(kind, "/"); family {
	case "image", "video", "audio":
		return family
	case "":
		return map[string]string{chat.Image: "image", chat.Video: "video", chat.Audio: "audio", chat.Doc: "document"}[part]
	}
	return "document"
}

// name is a document's, without its ending, in the letters that Converse
// allows, and not another's in this request.
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
func (r *request) name(f chat.File) string {
	full := f.Name
	if full == "" {
		full = path.Base(f.URL)
	}
	name := strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)) || strings.ContainsRune("-()[]", c) {
			return c
		}
		return ' '
	}, strings.TrimSuffix(full, path.Ext(full)))
	if name = strings.Join(strings.Fields(name), " "); name == "" {
		name = "document"
	}
	if r.names[name]++; r.names[name] > 1 {
		name += " " + strconv.Itoa(r.names[name])
	}
	return name
}
