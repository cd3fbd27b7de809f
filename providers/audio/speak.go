package audio

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Speaking is a request for speech under translation.
type Speaking struct {
	*chat.Request
	Input  string
	Voice  string          // a vendor's or one of OpenAI's names; "" when the caller did not say
	Format string          // response_format; "" when the caller did not say
	Speed  json.RawMessage // a number; nil when it is the usual one
}

// sounds are OpenAI's formats of speech.
var sounds = []string{"mp3", "opus", "aac", "flac", "wav", "pcm"}

// Speak starts a translation. instructions are left to the dialect.
func Speak(call *llm.Call) (*Speaking, error) {
	r := &Speaking{Request: chat.Read(call)}
	if as, _ := call.Body.Text("stream_format"); as == "audio" {
		r.Done("stream_format") // what every vendor does
	}
	var err error
	if r.Input, err = text(r.Request, "input"); err != nil {
		return nil, err
	}
	if r.Input == "" {
		return nil, chat.Invalid("input", "a text is required")
	}
	if r.Voice, err = r.voice(); err != nil {
		return nil, err
	}
	if r.Format, err = text(r.Request, "response_format"); err != nil {
		return nil, err
	}
	v, ok, err := r.Take("speed")
	if err != nil || !ok {
		return r, err
	}
	var speed float64
	if json.Unmarshal(v, &speed) != nil || speed <= 0 {
		return nil, chat.Invalid("speed", "must be a positive number")
	}
	if speed != 1 {
		r.Speed = v
	}
	return r, nil
}

// voice is a name, or an object that has it as OpenAI's custom voices do.
func (r *Speaking) voice() (string, error) {
	v, ok, err := r.Take("voice")
	if err != nil || !ok {
		return "", err
	}
	if chat.IsText(v) {
		return form.Text(v), nil
	}
	o, err := raw.Parse(v)
	for _, name := range []string{"id", "voice_id", "name"} {
		if id, ok := o.Text(name); ok && err == nil {
			return id, nil
		}
	}
	return "", chat.Invalid("voice", "must be a name or an object with an id")
}

// As is the vendor's word for the format. words are OpenAI's formats that the
// vendor has; a format that is not OpenAI's is the vendor's own. "" leaves the
// choice to the vendor: nobody asked, or the caller takes what there is.
func (r *Speaking) As(words map[string]string) (string, error) {
	word, ok := words[r.Format]
	switch {
	case ok || !slices.Contains(sounds, r.Format) && r.Format != "":
		if !ok {
			word = r.Format
		}
		return word, nil
	case r.Format == "" || wire.Drops(r.Call):
		return "", nil
	}
	return "", r.Unsupported("response_format", "speech as "+r.Format)
}

// Pace takes what becomes of a speed that the vendor has no word for.
func (r *Speaking) Pace() error {
	if r.Speed == nil || wire.Drops(r.Call) {
		return nil
	}
	return r.Unsupported("speed", "another speed for "+r.Call.To.Model)
}

// Counted is a wire.Codec's Media: the characters spoken, which the vendor says
// in one of these headers, else those of the input.
func Counted(headers ...string) func(*llm.Call, http.Header) (llm.Usage, error) {
	return func(call *llm.Call, h http.Header) (llm.Usage, error) {
		for _, name := range headers {
			if n, err := strconv.ParseInt(h.Get(name), 10, 64); err == nil && n >= 0 {
				return llm.Usage{Known: true, Characters: n}, nil
			}
		}
		return Characters(call), nil
	}
}

// Characters counts the input, in Unicode's code points.
func Characters(call *llm.Call) llm.Usage {
	input, _ := call.Body.Text("input")
	return llm.Usage{Known: true, Characters: int64(utf8.RuneCountInString(input))}
}
