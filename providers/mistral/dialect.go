// Package mistral is OpenAI's wire format as Mistral speaks it, also for its
// coding models at a host of their own. It differs where a model thinks, calls
// tools or is given files: a content is then a list whose parts think or speak,
// the ids of tool calls are nine letters or digits, and a request with any
// member that Mistral does not know is refused, down to those of its messages.
// All else passes as it is.
//
// Source: https://docs.mistral.ai/api (chat completion, embeddings),
// https://docs.mistral.ai/capabilities/reasoning and the types of the package
// mistralai
package mistral

import (
	"iter"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base and CodestralBase are Mistral's addresses: for all models, and for the
// coding models with keys of their own.
const (
	Base          = "https://api.mistral.ai/v1"
	CodestralBase = "https://codestral.mistral.ai/v1"
)

// KeyEnv is the variables that hold the key, the first that is set wins. Those
// of Azure are LiteLLM's, for a deployment there.
func KeyEnv() []string { return []string{"MISTRAL_AZURE_API_KEY", "MISTRAL_API_KEY"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"MISTRAL_AZURE_API_BASE", "MISTRAL_API_BASE"} }

// CodestralKeyEnv is the variables that hold the key of the coding models.
func CodestralKeyEnv() []string { return []string{"CODESTRAL_API_KEY"} }

// CodestralBaseEnv is the variables that hold the address of the coding models.
func CodestralBaseEnv() []string { return []string{"CODESTRAL_API_BASE"} }

// quirks are the members of a request that have another name or word, or none.
// A stream's usage comes without being asked for.
func quirks() openai.Quirks {
	return openai.Quirks{
		Path:   "/v1/chat/completions",
		Rename: map[string]string{"max_completion_tokens": "max_tokens", "seed": "random_seed"},
		Values: map[string]map[string]string{"service_tier": {`"default"`: `"standard_only"`}},
		Unsupported: []string{
			"audio", "function_call", "functions", "logit_bias", "modalities", "safety_identifier", "store",
			"user", "verbosity", "web_search_options",
		},
		NoStreamOptions: true,
		Offers: map[llm.Op]openai.Quirks{llm.Embeddings: {
			Path: "/v1/embeddings", Rename: map[string]string{"dimensions": "output_dimension"}, Unsupported: []string{"user"},
		}},
	}
}

// Dialect returns the format. now stamps replies that have no time of their own.
func Dialect(now func() time.Time) wire.Dialect {
	d := openai.Dialect(quirks(), now)
	d.Fail = fail
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	codec := d.Codecs[key]
	encode, decode, events := codec.Encode, codec.Decode, codec.Events
	codec.Encode = func(call *llm.Call) (*wire.Request, error) {
		call, err := request(call)
		if err != nil {
			return nil, err
		}
		return encode(call)
	}
	codec.Decode = func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
		body, err := reply(r.Body)
		if err != nil {
			return nil, err
		}
		return decode(call, &wire.Response{Status: r.Status, Header: r.Header, Body: body})
	}
	codec.Events = func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return events(call, chunks(call, in))
	}
	d.Codecs[key] = codec
	return d
}

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "mistral", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(),
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// NewCodestral makes the provider of the coding models, as New does.
func NewCodestral(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	d := Dialect(now)
	delete(d.Codecs, llm.Key{Op: llm.Embeddings, Format: llm.OpenAI}) // its host has chat alone
	return &wire.Provider{
		Name: "codestral", Base: CodestralBase, BaseEnv: CodestralBaseEnv(), KeyEnv: CodestralKeyEnv(),
		Dialect: d, Client: open, Guarded: guarded,
	}
}
