package deepgram

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// encodings are the words for OpenAI's formats.
// Source: https://developers.deepgram.com/docs/tts-media-output-settings
var encodings = map[string]string{
	"mp3": "mp3", "opus": "opus", "aac": "aac", "flac": "flac", "wav": "linear16", "pcm": "linear16",
}

// containers are of formats that are told apart by what is around the samples.
var containers = map[string]string{"wav": "wav", "pcm": "none"}

// speak writes the request for speech.
func speak(call *llm.Call) (*wire.Request, error) {
	r, err := audio.Speak(call)
	if err != nil {
		return nil, err
	}
	encoding, err := r.As(encodings)
	if err != nil {
		return nil, err
	}
	query := raw.Object{}.WithText("model", model(call.To.Model, r.Voice))
	if encoding != "" {
		query = query.WithText("encoding", encoding)
	}
	if container := containers[r.Format]; container != "" {
		query = query.WithText("container", container).WithText("sample_rate", "24000") // OpenAI's
	}
	if r.Speed != nil {
		query = query.WithRaw("speed", r.Speed)
	}
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{
		Path: "/v1/speak", Query: form.Query(query.Merged(own)),
		Body: raw.Object{}.WithText("text", r.Input).Bytes(), Header: http.Header{"Accept": {"*/*"}},
	}, nil
}

// family is a model's name without a voice.
var family = regexp.MustCompile(`^aura(-\d+)?$`)

// voices are those for OpenAI's names.
// Source: https://developers.deepgram.com/docs/tts-models
var voices = map[string]string{
	"alloy": "thalia", "echo": "arcas", "fable": "pandora", "onyx": "zeus", "nova": "luna", "shimmer": "asteria",
}

// model is a voice's whole name: the caller's when it is one, else the
// deployment's, into which the caller's voice goes where it has none: thalia of
// aura-2 is aura-2-thalia-en.
func model(name, voice string) string {
	switch {
	case strings.HasPrefix(voice, "aura-"):
		return voice
	case !family.MatchString(name):
		return name
	case voices[voice] != "":
		voice = voices[voice]
	case voice == "":
		voice = voices["alloy"]
	}
	return name + "-" + voice + "-en"
}
