package elevenlabs

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// voices are those that LiteLLM takes for OpenAI's and other common names.
var voices = map[string]string{
	"alloy": "21m00Tcm4TlvDq8ikWAM", "amber": "5Q0t7uMcjvnagumLfvZi", "ash": "AZnzlk1XvdvUeBnXmlld", "august": "D38z5RcWu1voky8WS1ja",
	"blue": "2EiwWnXFnvU5JabPnv8n", "coral": "9BWtsMINqrJLrRacOk9x", "lily": "EXAVITQu4vr4xnSDxMaL", "onyx": "29vD33N1CtxCmqQRPOHJ",
	"sage": "CwhRBWXzGAHq8TQ4Fs17", "verse": "CYw3kZ02Hs0563khs1Fj",
}

// outputs are the words for OpenAI's formats. Its pcm and wav have 24,000
// samples a second.
var outputs = map[string]string{
	"mp3": "mp3_44100_128", "opus": "opus_48000_128", "pcm": "pcm_24000", "wav": "wav_24000",
}

// inQuery are a caller's own members that ElevenLabs has in the query.
var inQuery = []string{"output_format", "enable_logging", "optimize_streaming_latency"}

// speak writes the request for speech. It is streamed, as OpenAI's is; only WAV,
// whose header tells its length, comes when it is complete.
func speak(call *llm.Call) (*wire.Request, error) {
	r, err := audio.Speak(call)
	if err != nil {
		return nil, err
	}
	output, err := r.As(outputs)
	if err != nil {
		return nil, err
	}
	query := raw.Object{}
	if output != "" {
		query = query.WithText("output_format", output)
	}
	for _, name := range inQuery {
		query = r.Move(query, name, name)
	}
	voice := r.Voice
	if own, ok := call.Body.Text("voice_id"); ok && voice == "" {
		voice = own
	}
	if id := voices[strings.ToLower(voice)]; id != "" {
		voice = id
	}
	if voice == "" {
		return nil, chat.Invalid("voice", "a voice is required")
	}
	body := raw.Object{}.WithText("text", r.Input).WithText("model_id", call.To.Model)
	settings, err := voiceSettings(r)
	if err != nil {
		return nil, err
	}
	if settings.Len() > 0 {
		body = body.WithRaw("voice_settings", settings.Bytes())
	}
	r.Done("voice_id")
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	path := "/v1/text-to-speech/" + url.PathEscape(voice)
	if as, _ := query.Text("output_format"); !strings.HasPrefix(as, "wav") {
		path += "/stream"
	}
	return &wire.Request{
		Path: path, Query: form.Query(query), Body: body.Merged(rest).Bytes(), Header: http.Header{"Accept": {"*/*"}},
	}, nil
}

// voiceSettings are the caller's for the voice, and the speed, which is one.
func voiceSettings(r *audio.Speaking) (raw.Object, error) {
	settings := raw.Object{}
	v, ok, err := r.Take("voice_settings")
	if err != nil {
		return settings, err
	}
	if ok {
		if settings, err = chat.Parse("voice_settings", v); err != nil {
			return settings, err
		}
	}
	if r.Speed != nil {
		settings = settings.WithRaw("speed", r.Speed)
	}
	return settings, nil
}
