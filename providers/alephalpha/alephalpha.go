// Package alephalpha speaks to Aleph Alpha's inference API. Its chat is
// OpenAI's format but for one word. Its older completion takes one text: the
// Luminous models have nothing else, and it is where a deployment's own prompt
// template goes.
//
// Source: https://docs.aleph-alpha.com and aleph-alpha-client==11.5.1 from PyPI
package alephalpha

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is the vendor's address. Who runs the API at home has another.
const Base = "https://api.aleph-alpha.com"

// KeyEnv is the variables that hold the key, both of LiteLLM's spellings.
func KeyEnv() []string { return []string{"ALEPH_ALPHA_API_KEY", "ALEPHALPHA_API_KEY"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"ALEPH_ALPHA_API_BASE"} }

// New makes the provider. An address may go as far as /complete, as LiteLLM's
// users write it.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "aleph_alpha", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: place,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns both formats as one.
func Dialect(now func() time.Time) wire.Dialect {
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	talk := openai.Dialect(openai.Quirks{}, now).Codecs[key]
	text := wire.Codec{Encode: complete, Decode: chat.Answers(answers).Plain(now), Events: chat.Events(now, events)}
	of := func(call *llm.Call) *wire.Codec {
		if completes(call.To) {
			return &text
		}
		return &talk
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{key: {
			Encode: func(call *llm.Call) (*wire.Request, error) { return of(call).Encode(limited(call)) },
			Decode: func(call *llm.Call, r *wire.Response) (*llm.Reply, error) { return of(call).Decode(call, r) },
			Events: func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
				return of(call).Events(call, in)
			},
		}},
		Fail: fail,
	}
}

const completion = "/complete"

// completes reports whether a deployment is one for completion.
func completes(d *llm.Deployment) bool {
	return strings.HasPrefix(d.Model, "luminous") || d.Settings[prompt.Setting] != "" ||
		strings.HasSuffix(strings.TrimRight(d.Base, "/"), completion)
}

// limited is a call with the vendor's word for max_tokens.
func limited(call *llm.Call) *llm.Call {
	c := *call
	c.Body = call.Body.Renamed("max_completion_tokens", "maximum_tokens")
	if !c.Body.Has("maximum_tokens") {
		c.Body = call.Body.Without("max_completion_tokens").Renamed("max_tokens", "maximum_tokens")
	}
	c.Body = c.Body.Without("max_tokens")
	return &c
}

func place(_ context.Context, _ *llm.Deployment, base string) (string, error) {
	return strings.TrimSuffix(strings.TrimRight(base, "/"), completion), nil
}

// fail: an error is a text. A quota that is used up is a 402.
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	if r.Status == http.StatusPaymentRequired {
		e.Class = llm.PermissionDeniedError
	}
	return e
}
