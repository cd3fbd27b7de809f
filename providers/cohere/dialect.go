// Package cohere is Cohere's own wire format, version 2 of its chat API. It
// looks like OpenAI's from afar and differs where it counts: a reply's content
// is a list whose parts think or speak, a model that calls tools says first
// what it plans, answers cite documents that the request brought along, and a
// stream is made of events that have a type.
//
// Source: https://docs.cohere.com/reference/chat and .../chat-stream, and the
// types of the package cohere
package cohere

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/cohere/vectors"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is Cohere's own address.
const Base = "https://api.cohere.com"

const chatPath = "/v2/chat"

// KeyEnv is the variables that hold the key, LiteLLM's before Cohere's own. The
// first that is set wins.
func KeyEnv() []string { return []string{"COHERE_API_KEY", "CO_API_KEY"} }

// BaseEnv is the variables that hold the address, LiteLLM's before Cohere's
// own. The first that is set wins.
func BaseEnv() []string { return []string{"COHERE_API_BASE", "CO_API_URL"} }

// Dialect returns the format. now stamps replies, which Cohere does not.
func Dialect(now func() time.Time) wire.Dialect {
	codec := wire.Codec{
		Encode: encode,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return decode(c, r, now) },
		Events: chat.Events(now, start),
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Chat, Format: llm.OpenAI}:       codec,
			{Op: llm.Embeddings, Format: llm.OpenAI}: vectors.Codec(),
			{Op: llm.Rerank, Format: llm.OpenAI}:     embed.Ranker{Path: "/v2/rerank", Same: []string{"max_tokens_per_doc"}}.Codec(),
		},
		Fail: fail,
	}
}

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "cohere", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: place,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// place takes the path of some version's operation off an address: LiteLLM's
// users write the whole URL, also that of the older API, and some only its
// version.
func place(_ context.Context, _ *llm.Deployment, base string) (string, error) {
	base = strings.TrimRight(base, "/")
	for _, operation := range []string{"/chat", "/embed", "/rerank"} {
		base = strings.TrimSuffix(base, operation)
	}
	for _, version := range []string{"/v2", "/v1"} {
		if short, ok := strings.CutSuffix(base, version); ok {
			return short, nil
		}
	}
	return base, nil
}
