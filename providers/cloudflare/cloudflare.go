// Package cloudflare is chat on Cloudflare's Workers AI, by the endpoint that
// speaks OpenAI's format: unlike the older one of each model, which LiteLLM
// calls, it has tools, forms of the answer, finish reasons and counts. The
// account stands in the address, errors are Cloudflare's own, and some models
// take a text only as a text, not as a list with one.
//
// Source: https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/
package cloudflare

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// KeyEnv is the variables that hold an API token, the first that is set wins.
func KeyEnv() []string { return []string{"CLOUDFLARE_API_KEY", "CLOUDFLARE_API_TOKEN"} }

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string { return []string{"CLOUDFLARE_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "cloudflare", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: place,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format. now stamps replies whose vendor does not.
func Dialect(now func() time.Time) wire.Dialect {
	d := openai.Dialect(openai.Quirks{Rename: map[string]string{"max_completion_tokens": "max_tokens"}}, now)
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	theirs := d.Codecs[key]
	codec := theirs
	codec.Encode = func(call *llm.Call) (*wire.Request, error) {
		copied := *call
		var err error
		if copied.Body, err = plain(call.Body); err != nil {
			return nil, err
		}
		return theirs.Encode(&copied)
	}
	codec.Decode = func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
		if isProblem(r.Body) {
			return nil, fail(call, r)
		}
		return theirs.Decode(call, r)
	}
	codec.Events = func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return theirs.Events(call, problems(call, in))
	}
	return wire.Dialect{Codecs: map[llm.Key]wire.Codec{key: codec}, Fail: fail}
}

// place is the address of the account's endpoint, also for those who write
// that of the older one, or of an AI Gateway.
func place(ctx context.Context, d *llm.Deployment, base string) (string, error) {
	if base == "" {
		account := d.Settings["account_id"]
		if account == "" {
			var err error
			if account, err = wire.First(ctx, d, "CLOUDFLARE_ACCOUNT_ID"); err != nil {
				return "", err
			}
		}
		if account == "" {
			return "", &llm.Error{Class: llm.BadRequestError, Message: "cloudflare needs CLOUDFLARE_ACCOUNT_ID or api_base"}
		}
		return "https://api.cloudflare.com/client/v4/accounts/" + url.PathEscape(account) + "/ai/v1", nil
	}
	base = strings.TrimRight(base, "/")
	base = strings.TrimSuffix(base, "/run")
	if strings.HasSuffix(base, "/ai") || strings.HasSuffix(base, "/workers-ai") {
		base += "/v1"
	}
	return base, nil
}

// plain gives the contents that are lists of nothing but texts as texts.
func plain(body raw.Object) (raw.Object, error) {
	v, _ := body.Raw("messages")
	var all []raw.Object
	edited := false
	for _, item := range raw.Items(v) {
		m, err := chat.Parse("messages", item)
		if err != nil {
			return body, err
		}
		if text, ok := joined(m); ok {
			m, edited = m.WithText("content", text), true
		}
		all = append(all, m)
	}
	if !edited {
		return body, nil
	}
	if err := raw.Strict(v); err != nil {
		return body, chat.Invalid("messages", "%v", err)
	}
	return body.WithRaw("messages", raw.List(all)), nil
}

// joined is the text of a list of texts.
func joined(m raw.Object) (string, bool) {
	v, _ := m.Raw("content")
	if len(v) == 0 || v[0] != '[' {
		return "", false
	}
	var b strings.Builder
	for _, item := range raw.Items(v) {
		part, err := raw.Parse(item)
		if err != nil {
			return "", false
		}
		text, ok := part.Text("text")
		if kind, _ := part.Text("type"); kind != "text" || !ok {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), true
}
