// Package deepgram is Deepgram's API of speech: what is heard in a file, whose
// bytes are the request, and what is spoken of a text. Everything else a caller
// may ask for is in the query, so that the vendor's own words (diarize,
// smart_format, keyterm, sample_rate) are passed on there.
//
// Like LiteLLM, it asks for no punctuation that the caller did not ask for.
//
// Sources: https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
// and https://developers.deepgram.com/reference/text-to-speech/speak-request
package deepgram

import (
	"context"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is Deepgram's own address.
const Base = "https://api.deepgram.com/v1"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"DEEPGRAM_API_KEY"} }

// BaseEnv is the variables that replace Base, the first that is set wins.
func BaseEnv() []string { return []string{"DEEPGRAM_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, _ func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "deepgram", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(),
		Auth: token, Dialect: Dialect(), Client: open, Guarded: guarded,
	}
}

// token is the wire.Auth: Deepgram's own word for a key that does not expire.
// Source: https://developers.deepgram.com/reference/authentication
func token(_ context.Context, r *http.Request, _ []byte, _ *llm.Deployment, key string) error {
	if key != "" {
		r.Header.Set("Authorization", "Token "+key)
	}
	return nil
}

// Dialect returns the format.
func Dialect() wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Transcriptions, Format: llm.OpenAI}: {Encode: listen, Decode: heard},
			{Op: llm.Speech, Format: llm.OpenAI}:         {Encode: speak, Media: audio.Counted("Dg-Char-Count", "X-Dg-Characters")},
		},
		Fail: fail,
	}
}
