// Package gemini translates chat between OpenAI's words and Gemini's
// generateContent, as Google AI Studio and Vertex AI both serve it. What both
// have is said in Gemini's words; what a caller wrote for Gemini itself
// (safety_settings, cached_content, labels, members of generationConfig, its
// own tools) is passed on, in either of the spellings Google accepts. Texts,
// schemas and arguments keep their bytes.
//
// Gemini caches prompts by itself, so cache_control marks ask for what happens
// without them. It has no word for an end user: user and safety_identifier,
// which change no answer, are left out.
//
// Source: https://ai.google.dev/api/generate-content
package gemini

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/gemini/answer"
	"github.com/tollgate-llm/tollgate/providers/gemini/media"
	"github.com/tollgate-llm/tollgate/providers/gemini/model"
	"github.com/tollgate-llm/tollgate/providers/gemini/vectors"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is the address of Google AI Studio.
const Base = "https://generativelanguage.googleapis.com/v1beta"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"GEMINI_API_KEY", "GOOGLE_API_KEY"} }

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string { return []string{"GEMINI_API_BASE"} }

// New makes the provider of Google AI Studio. open and guarded are as for
// wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "gemini", Base: Base, BaseEnv: BaseEnv(), Place: place, KeyEnv: KeyEnv(),
		Auth: wire.Header("X-Goog-Api-Key"), Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// place adds the version to Google's bare host, which its SDKs take without.
func place(_ context.Context, _ *llm.Deployment, address string) (string, error) {
	if strings.TrimRight(address, "/") == strings.TrimSuffix(Base, "/v1beta") {
		return Base, nil
	}
	return address, nil
}

// Dialect returns the format. now stamps replies, which Google AI Studio does
// not.
func Dialect(now func() time.Time) wire.Dialect {
	codec := wire.Codec{
		Fetch:  fetch,
		Encode: encode,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return answer.Decode(c, r, now) },
		Events: chat.Events(now, answer.Reader(now)),
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Chat, Format: llm.OpenAI}:       codec,
			{Op: llm.Chat, Format: llm.Gemini}:       native(),
			{Op: llm.Embeddings, Format: llm.OpenAI}: vectors.Codec(),
			{Op: llm.Speech, Format: llm.OpenAI}:     media.Speech(),
			{Op: llm.Images, Format: llm.OpenAI}:     media.Images(now),
			{Op: llm.ImageEdits, Format: llm.OpenAI}: media.Edits(now),
		},
		Fail: answer.Fail,
	}
}

// request is a translation under way.
type request struct {
	*chat.Request
	model  model.Model
	out    raw.Object
	config raw.Object // generationConfig
	shelf  raw.Shelf
}

func encode(call *llm.Call) (*wire.Request, error) {
	r := &request{Request: chat.Read(call), model: model.Of(call.To)}
	for _, step := range []func() error{r.conversation, r.tools, r.sampling, r.format, r.sounds, r.thinking, r.rest} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return address(call, r.out), nil
}

// address makes the request with that body.
func address(call *llm.Call, body raw.Object) *wire.Request {
	req := &wire.Request{Path: resource(call.To.Model) + ":generateContent", Body: body.Bytes()}
	if call.Stream {
		req.Path = resource(call.To.Model) + ":streamGenerateContent"
		req.Query = url.Values{"alt": {"sse"}}
	}
	return req
}

// resource is a model's path after the base. A name may be a path already.
func resource(name string) string {
	if tuned, ok := strings.CutPrefix(name, "tunedModels/"); ok {
		return "/tunedModels/" + url.PathEscape(tuned)
	}
	return "/models/" + url.PathEscape(strings.TrimPrefix(name, "models/"))
}
