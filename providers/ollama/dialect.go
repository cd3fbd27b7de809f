// Package ollama is the native wire format of Ollama, on one's own machine or
// at ollama.com. Its OpenAI-compatible door leads to the same models, but
// through it nobody can say how long a context to load, how long to keep a
// model, or see what loading took; and files must come as bytes.
//
// A conversation goes to /api/chat, where the model's own template puts it into
// words. It goes to /api/generate as one text when somebody else does that: an
// operator's prompt template, or a caller with a template, raw or suffix.
// LiteLLM's names ollama and ollama_chat, which choose between the two doors,
// are one provider here.
//
// Source: https://docs.ollama.com/api/chat, https://docs.ollama.com/api/generate
package ollama

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is where Ollama listens unless told otherwise.
const Base = "http://localhost:11434"

const (
	chatPath     = "/api/chat"
	generatePath = "/api/generate"
)

// KeyEnv is the variables that hold the key, which only ollama.com needs.
func KeyEnv() []string { return []string{"OLLAMA_API_KEY"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"OLLAMA_API_BASE"} }

// Dialect returns the format. now stamps replies that have no time of their own.
func Dialect(now func() time.Time) wire.Dialect {
	codec := wire.Codec{
		Fetch:  chat.Remote,
		Encode: encode,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return decode(c, r, now) },
		Frames: wire.Lines,
		Events: chat.Events(now, start),
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Chat, Format: llm.OpenAI}:       codec,
			{Op: llm.Embeddings, Format: llm.OpenAI}: vectors(),
		},
		Fail: fail,
	}
}

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "ollama", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true, Place: place,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// place takes the path of one of Ollama's doors off an address.
func place(_ context.Context, _ *llm.Deployment, base string) (string, error) {
	base = strings.TrimRight(base, "/")
	for _, door := range []string{chatPath, generatePath, embedPath, "/api", "/v1"} {
		if short, ok := strings.CutSuffix(base, door); ok {
			return short, nil
		}
	}
	return base, nil
}
