// Package triton speaks to a Triton Inference Server: its generate extension,
// which the backends for TensorRT-LLM and vLLM take text by, and /infer, whose
// inputs are tensors. Both take one text and answer with one.
//
// What a text cannot say (pictures, tools) is refused by name or dropped.
// Members that are the served model's own go along: those that generate's
// parameters can hold as parameters, lists as inputs beside the text.
//
// Source: https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_generate.html
package triton

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// KeyEnv is the variables that hold the key of a server behind a gateway.
func KeyEnv() []string { return []string{"TRITON_API_KEY"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"TRITON_API_BASE"} }

// New makes the provider. An address is a server's, a model's on it, or the
// model's /generate or /infer, as LiteLLM's users write it.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "triton", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true, Place: place,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format.
func Dialect(now func() time.Time) wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.OpenAI}: {
			Encode: encode,
			Decode: chat.Answers(answer).Plain(now),
			Frames: frames,
			Events: chat.Events(now, events),
		}},
		Fail: fail,
	}
}

const generate, infer = "/generate", "/infer"

// infers reports whether a deployment's address says /infer.
func infers(d *llm.Deployment) bool { return strings.HasSuffix(strings.TrimRight(d.Base, "/"), infer) }

// place is the model's address on the server.
func place(_ context.Context, d *llm.Deployment, base string) (string, error) {
	base = strings.TrimRight(base, "/")
	if strings.HasSuffix(base, infer) && !infers(d) {
		return "", &llm.Error{Class: llm.BadRequestError, Message: "triton takes an address that ends in /infer as api_base only"}
	}
	model := base
	for _, end := range []string{"_stream", generate, infer} {
		model = strings.TrimSuffix(model, end)
	}
	if model != base || base == "" || strings.Contains(base, "/v2/models/") {
		return model, nil
	}
	return base + "/v2/models/" + url.PathEscape(d.Model), nil
}

// fail: an error is a text.
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	switch text := strings.ToLower(e.Message); {
	case strings.Contains(text, "prompt length") && strings.Contains(text, "exceeds maximum"):
		e.Class = llm.ContextWindowExceededError
	case strings.Contains(text, "request for unknown model"):
		e.Class = llm.NotFoundError
	}
	return e
}
