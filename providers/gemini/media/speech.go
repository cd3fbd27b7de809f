package media

import (
	"bytes"
	"encoding/base64"
	"errors"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Speech is the codec of Gemini's text-to-speech models. They speak 16-bit PCM
// only, which a header makes a WAV file of.
func Speech() wire.Codec { return wire.Codec{Encode: speak, Decode: spoken} }

// voices are those for OpenAI's names.
var voices = map[string]string{
	"alloy": "Kore", "ash": "Orus", "ballad": "Puck", "cedar": "Algenib", "coral": "Aoede", "echo": "Charon", "fable": "Fenrir",
	"marin": "Leda", "nova": "Zephyr", "onyx": "Iapetus", "sage": "Callirrhoe", "shimmer": "Autonoe", "verse": "Umbriel",
}

// pcm are the words for samples without a header: OpenAI's of speech and of chat.
var pcm = []string{"pcm", "pcm16"}

func speak(call *llm.Call) (*wire.Request, error) {
	r, err := audio.Speak(call)
	if err != nil {
		return nil, err
	}
	as, err := r.As(map[string]string{"wav": "wav", "pcm": "pcm"})
	if err != nil {
		return nil, err
	}
	if as != "" && as != "wav" && !slices.Contains(pcm, as) {
		return nil, chat.Invalid("response_format", "must be wav or pcm")
	}
	if err := r.Pace(); err != nil {
		return nil, err
	}
	input := r.Input
	if how, _ := call.Body.Text("instructions"); how != "" { // Gemini is told in the text how to say it
		input = strings.TrimRight(how, " .:\n") + ":\n" + input
	}
	r.Done("instructions")
	config := modalities(`["AUDIO"]`)
	if speech := r.Move(voice(r.Voice), "language_code", "languageCode"); speech.Len() > 0 {
		config = config.WithRaw("speechConfig", speech.Bytes())
	}
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return generate(call, []raw.Object{raw.Object{}.WithText("text", input)}, config, own), nil
}

// voice is the configuration of one voice; empty without a name.
func voice(name string) raw.Object {
	if name == "" {
		return raw.Object{}
	}
	if own := voices[name]; own != "" {
		name = own
	}
	o := raw.Object{}.WithText("voiceName", name)
	for _, in := range []string{"prebuiltVoiceConfig", "voiceConfig"} {
		o = raw.Object{}.WithRaw(in, o.Bytes())
	}
	return o
}

var errNoSound = errors.New("the answer has no sound")

func spoken(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	made, usage, err := read(r.Body)
	if err != nil {
		return nil, err
	}
	if len(made) == 0 {
		return nil, errNoSound
	}
	var samples []byte
	for _, b := range made {
		if samples, err = base64.StdEncoding.AppendDecode(samples, []byte(b.Data)); err != nil {
			return nil, err
		}
	}
	usage.Known, usage.Characters = true, audio.Characters(call).Characters
	if as, _ := call.Body.Text("response_format"); slices.Contains(pcm, as) {
		return &llm.Reply{Media: bytes.NewReader(samples), Type: "audio/pcm", Usage: usage}, nil
	}
	return &llm.Reply{Media: audio.WAV(samples, rate(made[0].Type)), Type: "audio/wav", Usage: usage}, nil
}

// rate is the samples in a second that a type says: audio/L16;codec=pcm;rate=24000.
func rate(kind string) uint32 {
	if _, params, err := mime.ParseMediaType(kind); err == nil {
		if n, err := strconv.ParseUint(params["rate"], 10, 32); err == nil && n > 0 {
			return uint32(n)
		}
	}
	return 24000
}
