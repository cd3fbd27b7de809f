// Package azure is OpenAI's wire format as Azure serves it: the model is a
// deployment in the path, the API's version is in the query, and the key goes
// in a header of its own unless a Microsoft Entra token takes its place, which
// an application gets for its secret.
//
// Source: https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference
// and, for addresses with /openai/v1, .../openai/api-version-lifecycle
package azure

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// DefaultVersion is the api-version when nobody names one, LiteLLM's.
const DefaultVersion = "2025-02-01-preview"

// firstResponses is the first of the dated versions that has the responses API;
// v1 has it for who names none or an older one
// (https://learn.microsoft.com/en-us/azure/ai-foundry/openai/how-to/responses).
const firstResponses = "2025-03-01-preview"

// KeyEnv is the variables that hold the key or, the last two, a Microsoft Entra
// token. The first that is set wins.
func KeyEnv() []string {
	return []string{"AZURE_OPENAI_API_KEY", "AZURE_API_KEY", "AZURE_AD_TOKEN", "AZURE_OPENAI_AD_TOKEN"}
}

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string { return []string{"AZURE_API_BASE", "AZURE_OPENAI_ENDPOINT"} }

// Provider implements llm.Speaker.
type Provider struct{ wire *wire.Provider }

var _ llm.Speaker = (*Provider)(nil)

// New makes the provider. open and guarded are as for wire.Provider; open also
// calls the token service.
func New(open, guarded *http.Client, now func() time.Time) *Provider {
	offers := openai.Everything()
	delete(offers, llm.Moderations) // has a service of its own, which is no OpenAI's
	delete(offers, llm.ImageVariations)
	dialect := openai.Dialect(openai.Quirks{Offers: offers, Responds: true, Lacks: []string{"top_k"}}, now)
	dialect.Fail = Fail
	for key, codec := range dialect.Codecs {
		encode := codec.Encode
		if codec.Events != nil {
			codec.Events = Events(codec.Events)
		}
		codec.Encode = func(call *llm.Call) (*wire.Request, error) {
			req, err := encode(call)
			if err == nil {
				req.Path, req.Query = where(call.To, req.Path)
			}
			return req, err
		}
		dialect.Codecs[key] = codec
	}
	entra := NewEntra(open, now)
	return &Provider{&wire.Provider{
		Name: "azure", BaseEnv: BaseEnv(), KeyEnv: KeyEnv()[:2], NoKey: true, Auth: entra.auth,
		Dialect: dialect, Client: open, Guarded: guarded,
	}}
}

// Speaks implements llm.Speaker.
func (p *Provider) Speaks(op llm.Op, f llm.Format) bool { return p.wire.Speaks(op, f) }

// Do implements llm.Provider.
func (p *Provider) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	to, err := settled(ctx, call.To, call.Format)
	if err != nil {
		return nil, err
	}
	copied := *call
	copied.To = to
	return p.wire.Do(ctx, &copied)
}

// ForgetResponse has Azure delete a response that it keeps.
func (p *Provider) ForgetResponse(ctx context.Context, d *llm.Deployment, id string, rec *llm.Record) error {
	to, err := settled(ctx, d, llm.Responses)
	if err != nil {
		return err
	}
	path, query := where(to, responses)
	return p.wire.Forget(ctx, to, path, query, id, rec)
}

// settled is a deployment with its address and version, which its paths depend
// on.
func settled(ctx context.Context, d *llm.Deployment, format llm.Format) (*llm.Deployment, error) {
	to := *d
	base, version, err := to.Base, to.Settings["api_version"], error(nil)
	if base == "" {
		base, err = wire.First(ctx, &to, BaseEnv()...)
	}
	if err != nil {
		return nil, Unreadable("azure", to.Model, "address", err)
	}
	if version == "" {
		version, err = wire.First(ctx, &to, "AZURE_API_VERSION")
	}
	if err != nil {
		return nil, Unreadable("azure", to.Model, "api_version", err)
	}
	switch {
	case format == llm.Responses && version < firstResponses:
		version = "v1"
	case version == "":
		version = DefaultVersion
	}
	if format == llm.Responses { // a deployment's own address has none: the model is in the body
		base = outside(base)
	}
	settings := maps.Clone(to.Settings)
	if settings == nil {
		settings = map[string]string{}
	}
	settings["api_version"] = version
	to.Base, to.Settings = base, settings
	return &to, nil
}

// responses is the operation that stands beside the deployments.
const responses = "/responses"

// Pass lets a request through as it is, at the address of the resource: its path
// says the rest.
func (p *Provider) Pass(ctx context.Context, d *llm.Deployment, r *http.Request, path string, rec *llm.Record) (*http.Response, error) {
	to, err := Root(ctx, d, BaseEnv()...)
	if err != nil {
		return nil, Unreadable("azure", d.Model, "address", err)
	}
	return p.wire.Pass(ctx, to, r, path, rec)
}

// Root is a deployment at its resource's address, without a path. baseEnv are the
// variables that may hold the address.
func Root(ctx context.Context, d *llm.Deployment, baseEnv ...string) (*llm.Deployment, error) {
	to := *d
	if to.Base == "" {
		base, err := wire.First(ctx, d, baseEnv...)
		if err != nil {
			return nil, err
		}
		to.Base = base
	}
	if u, err := url.Parse(to.Base); err == nil && u.Host != "" {
		to.Base = u.Scheme + "://" + u.Host
	}
	return &to, nil
}

// outside is an address without the deployment that its path may lead to.
func outside(base string) string {
	path, query, hasQuery := strings.Cut(base, "?")
	path, _, _ = strings.Cut(path, "/deployments/")
	if hasQuery {
		path += "?" + query
	}
	return path
}

// where gives the path after the address for an operation's own, and the query.
// An address may hold part of the path already, and a version in its query,
// which stays.
func where(to *llm.Deployment, operation string) (string, url.Values) {
	base, inBase, _ := strings.Cut(to.Base, "?")
	version := to.Settings["api_version"]
	query := url.Values{"api-version": {version}}
	if strings.Contains(inBase, "api-version=") {
		query = nil
	}
	base = strings.TrimRight(base, "/")
	v1 := version == "v1" || version == "preview" || version == "latest"
	switch {
	case strings.HasSuffix(base, "/openai/v1"), strings.HasSuffix(base, "/openai/v1"+operation):
		return operation, nil
	case strings.Contains(base, "/openai/deployments/"):
		return operation, query
	case v1 && strings.HasSuffix(base, "/openai"):
		return "/v1" + operation, nil
	case v1:
		return "/openai/v1" + operation, nil
	}
	path := operation
	if operation != responses {
		path = "/deployments/" + url.PathEscape(to.Model) + operation
	}
	if !strings.HasSuffix(base, "/openai") {
		path = "/openai" + path
	}
	return path, query
}

// auth sends the deployment's own key, else its own token, else the
// environment's key, else the environment's token.
func (e *Entra) auth(ctx context.Context, r *http.Request, _ []byte, d *llm.Deployment, key string) error {
	own, err := wire.First(ctx, d, "api_key")
	if err != nil {
		return err
	}
	token := ""
	if own == "" {
		if token, err = e.Own(ctx, d); err != nil {
			return err
		}
	}
	if key != "" && token == "" {
		r.Header.Set("Api-Key", key)
		return nil
	}
	if token == "" {
		if token, err = e.Environment(ctx, d); err != nil {
			return err
		}
	}
	if token == "" {
		return &llm.Error{
			Class:   llm.AuthenticationError,
			Message: "no key for azure: set api_key or AZURE_API_KEY, or azure_ad_token or AZURE_AD_TOKEN, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
		}
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// Unreadable is the error of a setting that cannot be read now.
func Unreadable(provider, model, what string, err error) error {
	return &llm.Error{
		Class: llm.ServiceUnavailableError, Message: "the " + what + " of " + provider + " cannot be read",
		Provider: provider, Model: model, Err: err,
	}
}
