// Package azureai is chat on Azure AI Foundry, whatever the model: OpenAI's
// format at a resource's /openai/v1, the Model Inference API at /models,
// serverless deployments at hosts of their own, and Anthropic's format for
// Claude. An address may hold part of its path already, as LiteLLM's users
// write it.
//
// Source: https://learn.microsoft.com/en-us/azure/foundry/foundry-models/concepts/endpoints
package azureai

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/anthropic"
	"github.com/tollgate-llm/tollgate/providers/azure"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// DefaultVersion is the Model Inference API's version when nobody names one.
const DefaultVersion = "2024-05-01-preview"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"AZURE_AI_API_KEY"} }

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string { return []string{"AZURE_AI_API_BASE"} }

// Provider implements llm.Speaker.
type Provider struct{ wire *wire.Provider }

var _ llm.Speaker = (*Provider)(nil)

// New makes the provider. open and guarded are as for wire.Provider; open also
// calls Microsoft Entra's token service.
func New(open, guarded *http.Client, now func() time.Time) *Provider {
	login := login{azure.NewEntra(open, now)}
	return &Provider{&wire.Provider{
		Name: "azure_ai", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true, Auth: login.auth,
		Dialect: dialect(now), Client: open, Guarded: guarded,
	}}
}

// dialect is OpenAI's or Anthropic's, as a call's model and address want.
func dialect(now func() time.Time) wire.Dialect {
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	ofOpenAI := openai.Dialect(openai.Quirks{}, now)
	ofAnthropic := anthropic.Dialect(now)
	codec := func(call *llm.Call) wire.Codec {
		if isClaude(call.To) {
			return ofAnthropic.Codecs[key]
		}
		return ofOpenAI.Codecs[key]
	}
	both := wire.Codec{
		Encode: func(call *llm.Call) (*wire.Request, error) { return encode(call, codec(call).Encode) },
		Decode: func(call *llm.Call, r *wire.Response) (*llm.Reply, error) { return codec(call).Decode(call, r) },
		Events: func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
			if isClaude(call.To) {
				return codec(call).Events(call, in)
			}
			return azure.Events(codec(call).Events)(call, in)
		},
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{key: both},
		Fail: func(call *llm.Call, r *wire.Response) *llm.Error {
			if isClaude(call.To) {
				return ofAnthropic.Fail(call, r)
			}
			return fail(call, r)
		},
	}
}

// fail reads an error answer: Azure's, but that a model nobody deployed is a
// 400 and a role that is missing a 401.
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := azure.Fail(call, r)
	switch {
	case e.Code == "unknown_model":
		e.Class = llm.NotFoundError
	case r.Status == http.StatusUnauthorized && strings.Contains(e.Message, "lacks the required data action"):
		e.Class = llm.PermissionDeniedError
	}
	return e
}

// isClaude tells the models that are served in Anthropic's format, unless the
// address asks for another.
func isClaude(to *llm.Deployment) bool {
	base, _, _ := strings.Cut(to.Base, "?")
	return strings.Contains(base, "/anthropic") || strings.Contains(strings.ToLower(to.Model), "claude") &&
		!strings.Contains(base, "/openai") && !strings.Contains(base, "/models") && !strings.HasSuffix(base, "/chat/completions")
}

// Pass lets a request through as it is, at the address of the resource: its path
// says the rest.
func (p *Provider) Pass(ctx context.Context, d *llm.Deployment, r *http.Request, path string, rec *llm.Record) (*http.Response, error) {
	to, err := azure.Root(ctx, d, BaseEnv()...)
	if err != nil {
		return nil, azure.Unreadable("azure_ai", d.Model, "address", err)
	}
	return p.wire.Pass(ctx, to, r, path, rec)
}

// Speaks implements llm.Speaker.
func (p *Provider) Speaks(op llm.Op, f llm.Format) bool { return p.wire.Speaks(op, f) }

// Do implements llm.Provider. It settles the address and the version first,
// because the format depends on both. A model router's name loses LiteLLM's
// prefix.
func (p *Provider) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	to := *call.To
	if to.Base == "" {
		base, err := wire.First(ctx, &to, BaseEnv()...)
		if err != nil {
			return nil, azure.Unreadable("azure_ai", to.Model, "address", err)
		}
		to.Base = base
	}
	to.Settings = maps.Clone(to.Settings)
	if to.Settings == nil {
		to.Settings = map[string]string{}
	}
	for _, prefix := range []string{"model_router/", "model-router/"} {
		to.Model = strings.TrimPrefix(to.Model, prefix)
	}
	copied := *call
	copied.To = &to
	return p.wire.Do(ctx, &copied)
}
