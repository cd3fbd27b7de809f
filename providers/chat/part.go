package chat

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// The kinds of a Part. A part of another type is the vendor's own; its Kind is
// that type and Whole is all there is.
const (
	Text  = "text"
	Image = "image_url"
	Doc   = "file"
	Audio = "input_audio"
	Video = "video_url"
)

// Part is one part of a message.
type Part struct {
	Kind  string
	Text  json.RawMessage // of a Text: a JSON string
	File  *File           // of the other kinds: nil for a Text only, empty for a vendor's own
	Whole raw.Object      // as the caller wrote it; empty for a content that is a text
}

// String is a Text's text.
func (p *Part) String() string {
	var s string
	_ = json.Unmarshal(p.Text, &s) // Take has checked it
	return s
}

// Blank reports whether a Text is only white space. It decodes no more than it
// must: nearly every text shows with its first letter that it is not.
func (p *Part) Blank() bool {
	for i := 1; i < len(p.Text)-1; i++ {
		switch c := p.Text[i]; {
		case c == ' ':
		case c == '\\' && strings.IndexByte("ntr", p.Text[i+1]) >= 0:
			i++
		case c == '\\' || c >= 0x80:
			return strings.TrimSpace(p.String()) == ""
		default:
			return false
		}
	}
	return true
}

// File is a picture, document, sound or film: its bytes, or where they are.
type File struct {
	URL    string // http, https, or a vendor's (gs, s3); "" when Data has it
	ID     string // file_id
	Type   string // media type; "" when nobody said
	Data   string // base64
	Name   string
	Detail string // of a picture: low, high or auto
}

// Remote reports whether there is a file at an address that anybody can fetch.
func (f *File) Remote() bool {
	return f != nil && (strings.HasPrefix(f.URL, "https://") || strings.HasPrefix(f.URL, "http://"))
}

func part(param string, whole raw.Object) (Part, error) {
	kind, _ := whole.Text("type")
	p := Part{Kind: kind, Whole: whole}
	var err error
	switch kind {
	case Text, "refusal":
		if p.Text, _ = whole.Raw(kind); !IsText(p.Text) {
			return p, Invalid(param, "a %s part needs a %s", kind, kind)
		}
		p.Kind = Text
	case Image, Video:
		p.File, err = pointed(param, kind, whole)
	case Doc:
		p.File, err = document(param, whole)
	case Audio:
		p.File, err = sound(param, whole)
	case "":
		err = Invalid(param, "a part needs a type")
	default:
		p.File = new(File)
	}
	return p, err
}

// pointed reads an image_url or video_url part, whose value is an object or
// the URL alone.
func pointed(param, kind string, whole raw.Object) (*File, error) {
	f := new(File)
	address, ok := whole.Text(kind)
	if !ok {
		v, _ := whole.Raw(kind)
		o, err := Parse(param, v)
		if err != nil {
			return f, err
		}
		address, _ = o.Text("url")
		f.Detail, _ = o.Text("detail")
		f.Type, _ = o.Text("format") // LiteLLM's: the media type, when the URL has a wrong one
	}
	return f, f.at(param, address)
}

func document(param string, whole raw.Object) (*File, error) {
	f := new(File)
	v, _ := whole.Raw(Doc)
	o, err := Parse(param, v)
	if err != nil {
		return f, err
	}
	f.Name, _ = o.Text("filename")
	f.Type, _ = o.Text("format")
	if id, _ := o.Text("file_id"); id != "" {
		if strings.Contains(id, "://") {
			return f, f.at(param, id)
		}
		f.ID = id
		return f, nil
	}
	data, _ := o.Text("file_data")
	if data == "" {
		return f, Invalid(param, "a file part needs file_data or file_id")
	}
	if !strings.HasPrefix(data, "data:") && !strings.Contains(data, "://") {
		data = "data:application/pdf;base64," + data
	}
	return f, f.at(param, data)
}

func sound(param string, whole raw.Object) (*File, error) {
	v, _ := whole.Raw(Audio)
	o, err := Parse(param, v)
	if err != nil {
		return nil, err
	}
	f := new(File)
	f.Data, _ = o.Text("data")
	format, _ := o.Text("format")
	if f.Data == "" || format == "" {
		return f, Invalid(param, "an input_audio part needs data and format")
	}
	f.Type = "audio/" + strings.TrimPrefix(format, "audio/") // some clients name the media type
	return f, nil
}

// at says where a file is: in a data URL (RFC 2397) or at an address.
func (f *File) at(param, address string) error {
	rest, inline := strings.CutPrefix(address, "data:")
	if !inline {
		if !strings.Contains(address, "://") {
			return Invalid(param, "an http, https or data URL is needed")
		}
		f.URL = address
		return nil
	}
	head, data, comma := strings.Cut(rest, ",")
	if !comma {
		return Invalid(param, "malformed data URL")
	}
	kind, isBase64 := strings.CutSuffix(head, ";base64")
	if !isBase64 {
		text, err := url.PathUnescape(data)
		if err != nil {
			return Invalid(param, "malformed data URL")
		}
		data = base64.StdEncoding.EncodeToString([]byte(text))
	}
	if f.Type == "" {
		f.Type, _, _ = strings.Cut(kind, ";")
	}
	if f.Type == "image/jpg" {
		f.Type = "image/jpeg" // what it is registered as
	}
	f.Data = data
	return nil
}

// Inline gives a file with its bytes in it, if wire has fetched them. The type
// is the caller's word, else the server's, else what the bytes look like.
func (r *Request) Inline(f *File) File {
	blob, ok := r.Call.Blobs[f.URL]
	if !ok {
		return *f
	}
	inline := *f
	if inline.Type == "" {
		inline.Type, _, _ = strings.Cut(blob.Type, ";")
	}
	if inline.Type == "" || strings.HasSuffix(inline.Type, "/octet-stream") {
		inline.Type, _, _ = strings.Cut(http.DetectContentType(blob.Data), ";")
	}
	inline.URL, inline.Data = "", base64.StdEncoding.EncodeToString(blob.Data)
	return inline
}

// Remote lists the addresses of the files in a conversation: a Fetch for
// vendors that take only bytes. What is wrong with the messages, Encode says.
func Remote(call *llm.Call) []string {
	if messages, _ := call.Body.Raw("messages"); !pointing(messages) {
		return nil
	}
	all, err := (&Request{Call: call, In: call.Body}).Messages()
	if err != nil {
		return nil
	}
	var found []string
	for _, m := range all {
		for _, p := range m.Parts {
			if p.File.Remote() {
				found = append(found, p.File.URL)
			}
		}
	}
	return found
}

// pointing reports whether messages may point to a file: nearly all do not, and
// need not be read for it. Of the bytes only quotes are looked at.
func pointing(messages []byte) bool {
	if bytes.IndexByte(messages[min(1, len(messages)):], '[') < 0 {
		return false // there is no list of parts
	}
	for {
		i := bytes.IndexByte(messages, '"')
		if i < 0 {
			return false
		}
		messages = messages[i:]
		for _, kind := range [...]string{`"image_url"`, `"file"`, `"video_url"`} {
			if len(messages) >= len(kind) && string(messages[:len(kind)]) == kind {
				return true
			}
		}
		messages = messages[1:]
	}
}
