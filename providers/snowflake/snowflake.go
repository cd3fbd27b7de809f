// Package snowflake is chat on Snowflake's Cortex: OpenAI's format for every
// model but Claude, which Cortex serves in Anthropic's own, with its thinking
// and caching. The account is in the address, and a token may be of several
// kinds.
//
// Source: https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api
package snowflake

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/anthropic"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// KeyEnv is the variables that hold a token, the first that is set wins.
func KeyEnv() []string { return []string{"SNOWFLAKE_JWT", "SNOWFLAKE_API_KEY", "SNOWFLAKE_PAT"} }

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string { return []string{"SNOWFLAKE_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "snowflake", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), Place: place, Auth: auth,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect is OpenAI's or Anthropic's, as a call's model wants. now stamps
// replies whose vendor does not. Of OpenAI's two words for the limit, Cortex
// knows the newer.
func Dialect(now func() time.Time) wire.Dialect {
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	ofOpenAI := openai.Dialect(openai.Quirks{Rename: map[string]string{"max_tokens": "max_completion_tokens"}}, now)
	ofAnthropic := anthropic.Dialect(now)
	dialect := func(call *llm.Call) wire.Dialect {
		if strings.Contains(strings.ToLower(call.To.Model), "claude") {
			return ofAnthropic
		}
		return ofOpenAI
	}
	codec := wire.Codec{
		Encode: func(call *llm.Call) (*wire.Request, error) {
			copied := *call
			if call.Body.Has("max_completion_tokens") {
				copied.Body = call.Body.Without("max_tokens")
			}
			return dialect(call).Codecs[key].Encode(&copied)
		},
		Decode: func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
			return dialect(call).Codecs[key].Decode(call, r)
		},
		Events: func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
			return dialect(call).Codecs[key].Events(call, in)
		},
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{key: codec},
		Fail:   func(call *llm.Call, r *wire.Response) *llm.Error { return fail(dialect(call), call, r) },
	}
}

// place is the address of Cortex' API in an account, also for those who write
// that of the account, or of the older API.
func place(ctx context.Context, d *llm.Deployment, base string) (string, error) {
	if base == "" {
		account := d.Settings["account_id"]
		if account == "" {
			var err error
			if account, err = wire.First(ctx, d, "SNOWFLAKE_ACCOUNT_ID"); err != nil {
				return "", err
			}
		}
		if account == "" {
			return "", &llm.Error{Class: llm.BadRequestError, Message: "snowflake needs SNOWFLAKE_ACCOUNT_ID or api_base"}
		}
		base = "https://" + account + ".snowflakecomputing.com"
	}
	base = strings.TrimRight(base, "/")
	for _, end := range []string{"/inference:complete", "/chat/completions", "/messages", "/v1", "/cortex", "/api/v2"} {
		base = strings.TrimSuffix(base, end)
	}
	return base + "/api/v2/cortex/v1", nil
}

// auth sends a token and, where it is known, of which kind it is. Without that
// Snowflake looks at the token itself. "pat/" before one is LiteLLM's way to
// say the kind.
// Source: https://docs.snowflake.com/en/developer-guide/snowflake-rest-api/authentication
func auth(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error {
	const kind = "X-Snowflake-Authorization-Token-Type"
	jwt, err := wire.First(ctx, d, "SNOWFLAKE_JWT")
	if err != nil {
		return err
	}
	token, isPAT := strings.CutPrefix(key, "pat/")
	switch {
	case isPAT:
		r.Header.Set(kind, "PROGRAMMATIC_ACCESS_TOKEN")
	case key != "" && key == jwt:
		r.Header.Set(kind, "KEYPAIR_JWT")
	}
	return wire.Bearer(ctx, r, body, d, token)
}

// fail reads an error answer: one of the format's, or Snowflake's own.
func fail(d wire.Dialect, call *llm.Call, r *wire.Response) *llm.Error {
	e := d.Fail(call, r)
	if e.Message == "" {
		e = chat.Fail(call, r)
	}
	text := strings.ToLower(e.Message)
	switch {
	case r.Status == http.StatusPaymentRequired:
		e.Class = llm.PermissionDeniedError
	case r.Status != http.StatusBadRequest:
	case strings.Contains(text, "max tokens of") && strings.Contains(text, "exceeded"):
		e.Class = llm.ContextWindowExceededError
	case strings.Contains(text, "throttled"):
		e.Class = llm.RateLimitError
	case strings.Contains(text, "unknown model"):
		e.Class = llm.NotFoundError
	}
	return e
}
