// Package predibase is OpenAI's wire format as Predibase serves it: the
// deployment and the account stand in the address, and what the body calls the
// model is the adapter to put on it.
//
// LiteLLM speaks the older /generate, whose prompts it has to write itself; the
// vendor's chat knows the templates of its models.
//
// Source: https://docs.predibase.com/user-guide/inference/migrate-openai
package predibase

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is the vendor's address.
const Base = "https://serving.app.predibase.com"

// KeyEnv is the variables that hold the key, LiteLLM's and the vendor's.
func KeyEnv() []string { return []string{"PREDIBASE_API_KEY", "PREDIBASE_API_TOKEN"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"PREDIBASE_API_BASE"} }

// New makes the provider. The account is the deployment's tenant_id, else
// PREDIBASE_TENANT_ID.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "predibase", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: place,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format: OpenAI's, but for the model's name.
func Dialect(now func() time.Time) wire.Dialect {
	d := openai.Dialect(openai.Quirks{}, now)
	for key, codec := range d.Codecs {
		encode := codec.Encode
		codec.Encode = func(call *llm.Call) (*wire.Request, error) { return encode(adapted(call)) }
		d.Codecs[key] = codec
	}
	d.Fail = fail
	return d
}

// fail: the server tells of its own failure with a status for what it depends
// on.
// Source: https://github.com/predibase/lorax/blob/main/router/src/server.rs
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	if r.Status == http.StatusFailedDependency {
		e.Class = llm.InternalServerError
	}
	return e
}

// adapted is a call whose model is the adapter, LiteLLM's adapter_id; "" is the
// deployment's model as it is.
func adapted(call *llm.Call) *llm.Call {
	c, to := *call, *call.To
	to.Model, _ = call.Body.Text("adapter_id")
	c.Body, c.To = call.Body.Without("adapter_id"), &to
	return &c
}

// place is a deployment's address. One that somebody wrote as far as the
// deployment stays.
func place(ctx context.Context, d *llm.Deployment, base string) (string, error) {
	const deployments = "/deployments/v2/llms/"
	if base = strings.TrimRight(base, "/"); base == "" {
		base = Base
	}
	if strings.Contains(base, deployments) {
		for _, end := range []string{"/generate_stream", "/generate", "/v1"} {
			base = strings.TrimSuffix(base, end)
		}
		return base + "/v1", nil
	}
	tenant := d.Settings["tenant_id"]
	if tenant == "" {
		var err error
		if tenant, err = wire.First(ctx, d, "PREDIBASE_TENANT_ID"); err != nil {
			return "", err
		}
	}
	if tenant == "" {
		return "", &llm.Error{Class: llm.BadRequestError, Message: "predibase needs tenant_id or PREDIBASE_TENANT_ID"}
	}
	return base + "/" + url.PathEscape(tenant) + deployments + url.PathEscape(d.Model) + "/v1", nil
}
