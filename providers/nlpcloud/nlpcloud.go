// Package nlpcloud speaks to NLP Cloud, which has two doors for a model that
// writes. Its chatbot takes a conversation and nothing else; its generation
// takes one text and says how to write. A request goes to the chatbot unless
// something in it is for generation only.
//
// What neither takes (pictures, tools) is refused by name or dropped. The
// vendor's clients do not stream, and neither does this package: a caller who
// wants a stream gets the answer in one piece.
//
// Source: https://docs.nlpcloud.com and nlpcloud==1.1.47 from PyPI
package nlpcloud

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is the vendor's address.
const Base = "https://api.nlpcloud.io"

// KeyEnv is the variables that hold the key.
func KeyEnv() []string { return []string{"NLP_CLOUD_API_KEY"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"NLP_CLOUD_API_BASE"} }

// New makes the provider. An address may go as far as the model, as LiteLLM's
// users write it: https://api.nlpcloud.io/v1/gpu/.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "nlp_cloud", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: place, Auth: token,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format.
func Dialect(now func() time.Time) wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.OpenAI}: chat.OnePiece(now, encode, answer)},
		Fail:   fail,
	}
}

func place(_ context.Context, _ *llm.Deployment, base string) (string, error) {
	base = strings.TrimRight(base, "/")
	switch {
	case base == "":
		return Base + "/v1/gpu", nil
	case strings.Contains(base, "/v1/"):
		return base, nil
	}
	return strings.TrimSuffix(base, "/v1") + "/v1/gpu", nil
}

// token is an Auth.
func token(_ context.Context, r *http.Request, _ []byte, _ *llm.Deployment, key string) error {
	if key != "" {
		r.Header.Set("Authorization", "Token "+key)
	}
	return nil
}

// fail: an error is a text under detail. A quota that is used up is a 402, and
// the network in front has statuses of its own for a server that took too long.
// Source: https://docs.nlpcloud.com/#errors
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	switch {
	case r.Status == http.StatusPaymentRequired:
		e.Class = llm.PermissionDeniedError
	case r.Status == 522 || r.Status == 524:
		e.Class = llm.Timeout
	case strings.Contains(e.Message, "Input text length should not exceed"):
		e.Class = llm.ContextWindowExceededError
	}
	return e
}
