// Package databricks is chat on Databricks' serving endpoints: OpenAI's
// requests and replies, but what a model thinks stands in the content, as parts
// of a list, and a service principal gets a token for its secret.
//
// Source: https://docs.databricks.com/aws/en/machine-learning/foundation-model-apis/api-reference
package databricks

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// KeyEnv is the variables that hold a personal access token, the first that is
// set wins.
func KeyEnv() []string { return []string{"DATABRICKS_API_KEY", "DATABRICKS_TOKEN"} }

// BaseEnv is the variables that hold the workspace's address, the first that
// is set wins.
func BaseEnv() []string { return []string{"DATABRICKS_API_BASE", "DATABRICKS_HOST"} }

// New makes the provider. open and guarded are as for wire.Provider; they also
// call the workspace's token service.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	login := login{open: open, guarded: guarded, now: now, tokens: &wire.Tokens{Now: now}}
	return &wire.Provider{
		Name: "databricks", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true, Place: place, Auth: login.auth,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format. now stamps replies whose vendor does not.
func Dialect(now func() time.Time) wire.Dialect {
	d := openai.Dialect(openai.Quirks{
		Rename: map[string]string{"max_completion_tokens": "max_tokens"},
		Offers: map[llm.Op]openai.Quirks{llm.Embeddings: {}},
	}, now)
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	theirs := d.Codecs[key]
	codec := theirs
	codec.Encode = func(call *llm.Call) (*wire.Request, error) {
		said, err := request(call)
		if err != nil {
			return nil, err
		}
		return theirs.Encode(said)
	}
	codec.Decode = func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
		body, err := reply(r.Body)
		if err != nil {
			return nil, err
		}
		return theirs.Decode(call, &wire.Response{Status: r.Status, Header: r.Header, Body: body})
	}
	codec.Events = func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return theirs.Events(call, chunks(call, in))
	}
	d.Codecs[key], d.Fail = codec, fail
	return d
}

// place completes a workspace's address with the path of its endpoints. An
// address that has a path already is another of Databricks' gateways.
func place(_ context.Context, _ *llm.Deployment, base string) (string, error) {
	if base == "" {
		return "", nil
	}
	if !strings.Contains(base, "://") {
		base = "https://" + base // as DATABRICKS_HOST often is
	}
	u, err := url.Parse(base)
	if err != nil || strings.Trim(u.Path, "/") != "" {
		return base, nil // wire says what is wrong with it
	}
	return strings.TrimRight(base, "/") + "/serving-endpoints", nil
}
