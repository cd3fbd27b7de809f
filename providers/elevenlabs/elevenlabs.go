// Package elevenlabs is ElevenLabs' API of speech: a text spoken by a voice,
// which is in the path, and a file's transcript. A caller's own members
// (voice_settings, seed, language_code, diarize) are passed on where ElevenLabs
// has them: in the body, the form or the query.
//
// Sources: https://elevenlabs.io/docs/api-reference/text-to-speech/stream and
// https://elevenlabs.io/docs/api-reference/speech-to-text/convert
package elevenlabs

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is ElevenLabs' own address.
const Base = "https://api.elevenlabs.io"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"ELEVENLABS_API_KEY"} }

// BaseEnv is the variables that replace Base, the first that is set wins.
func BaseEnv() []string { return []string{"ELEVENLABS_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, _ func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "elevenlabs", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(),
		Auth: wire.Header("Xi-Api-Key"), Dialect: Dialect(), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format.
func Dialect() wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Speech, Format: llm.OpenAI}:         {Encode: speak, Media: audio.Counted()},
			{Op: llm.Transcriptions, Format: llm.OpenAI}: {Encode: listen, Decode: heard},
		},
		Fail: fail,
	}
}

// fail reads an error answer: a detail with a type, a code and a message, of
// which older services have only a status and the message, or a list of what is
// invalid.
// Source: https://elevenlabs.io/docs/eleven-api/resources/errors
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	body, err := raw.Parse(r.Body)
	if err != nil {
		return e
	}
	var said struct{ Type, Code, Status, Message, Param string }
	if v, ok := body.Raw("detail"); !ok || v[0] != '{' || json.Unmarshal(v, &said) != nil {
		return e
	}
	e.Message, e.Type, e.Code, e.Param = said.Message, said.Type, said.Code, said.Param
	if e.Code == "" {
		e.Code = said.Status
	}
	switch e.Code {
	case "quota_exceeded", "insufficient_credits": // with 401 or 402
		e.Class = llm.RateLimitError
	case "voice_not_found", "model_not_found": // with 400 or 404
		e.Class = llm.NotFoundError
	case "missing_permissions", "insufficient_permissions", "detected_unusual_activity": // with 401 or 403
		e.Class = llm.PermissionDeniedError
	case "max_character_limit_exceeded", "text_too_long":
		e.Class = llm.ContextWindowExceededError
	case "content_policy_violation":
		e.Class = llm.ContentPolicyViolationError
	}
	return e
}
