// Package huggingface is the two ways in which models of Hugging Face are
// served. Its router, and every newer dedicated endpoint, speaks OpenAI's
// format, with the name of who serves a model written behind the model's. A
// text-generation-inference server (TGI) also takes one text, which is what a
// prompt template of one's own needs, and all that older endpoints take.
//
// Source: https://huggingface.co/docs/inference-providers and
// https://huggingface.co/docs/text-generation-inference
package huggingface

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

// Base is the router's address.
const Base = "https://router.huggingface.co"

const (
	generatePath = "/generate"
	streamPath   = "/generate_stream"
	// task is what LiteLLM's users put before a model's name to have TGI's
	// own API called.
	task = "text-generation-inference/"
)

// KeyEnv is the variables that hold the key, Hugging Face's own before
// LiteLLM's. The first that is set wins.
func KeyEnv() []string { return []string{"HF_TOKEN", "HUGGINGFACE_API_KEY"} }

// BaseEnv is the variables that hold a dedicated endpoint's address.
func BaseEnv() []string { return []string{"HF_API_BASE", "HUGGINGFACE_API_BASE"} }

// Dialect returns both formats: TGI's for the deployments that ask for it, as
// text does, and OpenAI's. now stamps replies that have no time of their own.
func Dialect(now func() time.Time) wire.Dialect {
	d := openai.Dialect(openai.Quirks{
		Path: "/v1/chat/completions", Rename: map[string]string{"max_completion_tokens": "max_tokens"},
	}, now)
	d.Fail = Fail
	generated := chat.Events(now, start)
	for key, codec := range d.Codecs {
		encode, decode, events := codec.Encode, codec.Decode, codec.Events
		codec.Encode = func(call *llm.Call) (*wire.Request, error) {
			if text(call.To) {
				return generate(call)
			}
			return encode(routed(call))
		}
		codec.Decode = func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
			if text(call.To) {
				return generatedText(call, r, now)
			}
			return decode(call, r)
		}
		codec.Events = func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
			if text(call.To) {
				return generated(call, in)
			}
			return events(call, in)
		}
		d.Codecs[key] = codec
	}
	d.Codecs[llm.Key{Op: llm.Embeddings, Format: llm.OpenAI}] = embeddings()
	d.Codecs[llm.Key{Op: llm.Rerank, Format: llm.OpenAI}] = ranking()
	return d
}

// TGI returns the dialect of a text-generation-inference server's own API, for
// those who serve one, or a server that speaks like it, at another address:
// they replace the request's path.
func TGI(now func() time.Time) wire.Dialect {
	codec := wire.Codec{
		Encode: generate,
		Decode: func(call *llm.Call, r *wire.Response) (*llm.Reply, error) { return generatedText(call, r, now) },
		Events: chat.Events(now, start),
	}
	return wire.Dialect{Codecs: map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.OpenAI}: codec}, Fail: Fail}
}

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "huggingface", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: place,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// text reports whether a deployment is to be given one text: its address is
// TGI's own API, its model's name asks for it, or it has a prompt template.
func text(d *llm.Deployment) bool {
	base := strings.TrimRight(d.Base, "/")
	return strings.HasSuffix(base, generatePath) || strings.HasSuffix(base, streamPath) ||
		strings.HasPrefix(d.Model, task) || d.Settings[prompt.Setting] != ""
}

// place takes the path of one operation off an address: whether to call TGI's
// own API is for text to say, and the rest of the address serves both formats.
func place(_ context.Context, _ *llm.Deployment, base string) (string, error) {
	base = strings.TrimRight(base, "/")
	for _, path := range []string{streamPath, generatePath, openaiPath, embedPath, rerankPath} {
		if short, ok := strings.CutSuffix(base, path); ok {
			return short, nil
		}
	}
	return base, nil
}

// routed gives a call whose model names who serves it, in LiteLLM's way
// (together/deepseek-ai/DeepSeek-R1), the name that the router takes
// (deepseek-ai/DeepSeek-R1:together). An endpoint's models are as they are.
func routed(call *llm.Call) *llm.Call {
	parts := strings.Split(call.To.Model, "/")
	if len(parts) != 3 || call.To.Base != "" && !strings.Contains(call.To.Base, "router.huggingface.co") {
		return call
	}
	to := *call.To
	if to.Model = parts[1] + "/" + parts[2]; !strings.Contains(parts[2], ":") {
		to.Model += ":" + parts[0]
	}
	copied := *call
	copied.To = &to
	return &copied
}
