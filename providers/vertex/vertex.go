// Package vertex is Vertex AI: Gemini's wire format, Anthropic's and OpenAI's,
// each below Google Cloud's own addresses and with its tokens. The model's name
// tells which one is spoken.
//
// Source: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
// and, for other vendors' models, .../docs/partner-models/use-partner-models
package vertex

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/anthropic"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/gemini"
	"github.com/tollgate-llm/tollgate/providers/gemini/media"
	"github.com/tollgate-llm/tollgate/providers/google"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string { return []string{"VERTEXAI_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	tokens := google.New(open, now)
	return &wire.Provider{
		Name: "vertex_ai", BaseEnv: BaseEnv(), Place: place(tokens), NoKey: true, Auth: auth(tokens),
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// auth sends a deployment's API key, else an access token.
// https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/api-keys
func auth(tokens *google.Tokens) wire.Auth {
	return func(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error {
		if key != "" {
			return wire.Header("X-Goog-Api-Key")(ctx, r, body, d, key)
		}
		token, err := tokens.Token(ctx, d)
		if err != nil {
			return err
		}
		return wire.Bearer(ctx, r, body, d, token)
	}
}

// Dialect returns the formats as one: each call is said in its model's.
func Dialect(now func() time.Time) wire.Dialect {
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	plain, mistrals := openai.Dialect(openai.Quirks{}, now), openai.Dialect(mistral, now)
	all := map[family]wire.Dialect{
		googles: gemini.Dialect(now), claude: anthropic.Dialect(now),
		maas: plain, endpoint: plain, jamba: plain, mistralai: mistrals,
	}
	of := func(call *llm.Call) wire.Codec { return all[familyOf(call.To.Model)].Codecs[key] }
	codec := wire.Codec{
		Fetch: func(call *llm.Call) []string {
			if familyOf(call.To.Model) == claude { // takes bytes only: https://platform.claude.com/docs/en/build-with-claude/vision
				return chat.Remote(call)
			}
			if fetch := of(call).Fetch; fetch != nil {
				return fetch(call)
			}
			return nil
		},
		Encode: func(call *llm.Call) (*wire.Request, error) { return encode(call, of(call)) },
		Decode: func(call *llm.Call, r *wire.Response) (*llm.Reply, error) { return of(call).Decode(call, r) },
		Events: func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
			return of(call).Events(call, in)
		},
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			key:                                      codec,
			{Op: llm.Embeddings, Format: llm.OpenAI}: embeddings(),
			{Op: llm.Speech, Format: llm.OpenAI}:     made(media.Speech()),
			{Op: llm.Images, Format: llm.OpenAI}:     made(media.Images(now)),
			{Op: llm.ImageEdits, Format: llm.OpenAI}: made(media.Edits(now)),
		},
		Fail: func(call *llm.Call, r *wire.Response) *llm.Error {
			if f := familyOf(call.To.Model); f == claude && anthropics(r.Body) {
				return all[f].Fail(call, r)
			}
			return all[googles].Fail(call, r)
		},
	}
}

// anthropics tells Anthropic's error body from Google's, which the same model
// answers with when the fault is not the model's.
func anthropics(body []byte) bool {
	o, err := raw.Parse(body)
	kind, _ := o.Text("type")
	return err == nil && kind == "error"
}

// encode says a call in its model's format, then puts the verb that Google has
// for it after the model's address.
func encode(call *llm.Call, codec wire.Codec) (*wire.Request, error) {
	f := familyOf(call.To.Model)
	if f == endpoint || f == mistralai {
		copied, to := *call, *call.To
		to.Model = f.inBody(to.Model)
		copied.To, call = &to, &copied
	}
	req, err := codec.Encode(call)
	if err != nil {
		return nil, err
	}
	req.Path = f.verb(call.Stream)
	if f == claude {
		return req, versioned(req)
	}
	return req, nil
}

// versioned is Anthropic's request as Vertex wants it: with a version in the
// body, in the place of the model, which is in the address.
// https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai
func versioned(req *wire.Request) error {
	body, err := raw.Parse(req.Body)
	if err != nil {
		return err
	}
	body = body.Without("model")
	if !body.Has("anthropic_version") {
		body = body.WithText("anthropic_version", "vertex-2023-10-16")
	}
	req.Body = body.Bytes()
	req.Header.Del("Anthropic-Version")
	return nil
}
