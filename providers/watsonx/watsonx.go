// Package watsonx is chat on IBM's watsonx.ai: OpenAI's messages and replies,
// but the model is a member of another name or a deployment in the path, the
// project that pays stands in the body, streams have a path of their own, and
// the key is exchanged for a token of an hour.
//
// Source: https://cloud.ibm.com/apidocs/watsonx-ai#text-chat
package watsonx

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

// DefaultVersion is the API's version when nobody names one, that of
// ibm-watsonx-ai 1.8.1.
const DefaultVersion = "2026-10-14"

// KeyEnv is the variables that hold an IBM Cloud API key, the first that is set
// wins.
func KeyEnv() []string { return []string{"WATSONX_APIKEY", "WATSONX_API_KEY", "WX_API_KEY"} }

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string { return []string{"WATSONX_API_BASE", "WATSONX_URL", "WX_URL", "WML_URL"} }

// Provider implements llm.Speaker.
type Provider struct{ wire *wire.Provider }

var _ llm.Speaker = (*Provider)(nil)

// New makes the provider. open and guarded are as for wire.Provider; open also
// calls IBM's token service.
func New(open, guarded *http.Client, now func() time.Time) *Provider {
	login := login{client: open, now: now, tokens: &wire.Tokens{Now: now}}
	return &Provider{&wire.Provider{
		Name: "watsonx", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true, Place: place, Auth: login.auth,
		Dialect: dialect(now), Client: open, Guarded: guarded,
	}}
}

func dialect(now func() time.Time) wire.Dialect {
	d := openai.Dialect(openai.Quirks{}, now)
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	codec := d.Codecs[key]
	codec.Encode = encode
	codec.Events = events(codec.Events)
	return wire.Dialect{Codecs: map[llm.Key]wire.Codec{
		key:                                      codec,
		{Op: llm.Embeddings, Format: llm.OpenAI}: embeddings(),
		{Op: llm.Rerank, Format: llm.OpenAI}:     ranking(),
	}, Fail: fail}
}

// Speaks implements llm.Speaker.
func (p *Provider) Speaks(op llm.Op, f llm.Format) bool { return p.wire.Speaks(op, f) }

// Do implements llm.Provider. It settles the version and who pays first,
// because they stand in the query and in the body.
func (p *Provider) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	to := *call.To
	to.Settings = maps.Clone(to.Settings)
	if to.Settings == nil {
		to.Settings = map[string]string{}
	}
	for _, payer := range []struct {
		name string
		env  []string
	}{
		{"project_id", []string{"WATSONX_PROJECT_ID", "WX_PROJECT_ID", "PROJECT_ID"}},
		{"space_id", []string{"WATSONX_DEPLOYMENT_SPACE_ID", "WATSONX_SPACE_ID", "WX_SPACE_ID", "SPACE_ID"}},
	} {
		if to.Settings["project_id"] != "" || to.Settings["space_id"] != "" {
			break // the deployment's own, or the first of the environment's
		}
		value, err := wire.First(ctx, call.To, payer.env...)
		if err != nil {
			return nil, refuse(&to, llm.ServiceUnavailableError, "the "+payer.name+" of watsonx cannot be read", err)
		}
		to.Settings[payer.name] = value
	}
	if to.Settings["project_id"] == "" && to.Settings["space_id"] == "" && !deployed(&to) {
		return nil, refuse(&to, llm.BadRequestError, "watsonx needs project_id or space_id, or WATSONX_PROJECT_ID or WATSONX_SPACE_ID", nil)
	}
	copied := *call
	copied.To = &to
	return p.wire.Do(ctx, &copied)
}

// deployed tells a deployment of the operator's own from IBM's models.
func deployed(to *llm.Deployment) bool { return strings.HasPrefix(to.Model, "deployment/") }

// place is the address of a region, for those who name one instead.
func place(ctx context.Context, d *llm.Deployment, base string) (string, error) {
	if base != "" {
		return base, nil
	}
	region := d.Settings["watsonx_region_name"]
	if region == "" {
		region = d.Settings["region_name"]
	}
	if region == "" {
		var err error
		if region, err = wire.First(ctx, d, "WATSONX_REGION", "WX_REGION"); region == "" || err != nil {
			return "", err
		}
	}
	return "https://" + url.PathEscape(region) + ".ml.cloud.ibm.com", nil
}

func refuse(to *llm.Deployment, class llm.Class, message string, err error) error {
	return &llm.Error{Class: class, Message: message, Provider: "watsonx", Model: to.Model, Err: err}
}
