// Package assemblyai is AssemblyAI: its transcripts, which have words of their
// own, and its gateway to others' language models at another address, which is
// OpenAI's chat. A file is uploaded, a transcript of it ordered, and asked for
// until it is ready; what a caller wrote for AssemblyAI itself (speaker_labels,
// keyterms_prompt, redact_pii) is passed on with the order.
//
// Source: https://www.assemblyai.com/docs/api-reference/transcripts/submit
package assemblyai

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

const (
	// Base is the address of the transcripts.
	Base = "https://api.assemblyai.com"
	// ChatBase is the address of the language models.
	ChatBase = "https://llm-gateway.assemblyai.com/v1"
)

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"ASSEMBLYAI_API_KEY"} }

// Provider is both of AssemblyAI's APIs. It implements llm.Speaker.
type Provider struct{ chats, transcripts *wire.Provider }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *Provider {
	return &Provider{
		chats: &wire.Provider{
			Name: "assemblyai", Base: ChatBase, KeyEnv: KeyEnv(),
			Dialect: openai.Dialect(openai.Quirks{}, now), Client: open, Guarded: guarded,
		},
		transcripts: &wire.Provider{
			Name: "assemblyai", Base: Base, KeyEnv: KeyEnv(),
			Auth: wire.Header("Authorization"), Dialect: Dialect(), Client: open, Guarded: guarded,
		},
	}
}

// Speaks implements llm.Speaker.
func (p *Provider) Speaks(op llm.Op, f llm.Format) bool { return p.of(op).Speaks(op, f) }

// Do implements llm.Provider.
func (p *Provider) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	return p.of(call.Op).Do(ctx, call)
}

// of is the API that has an operation.
func (p *Provider) of(op llm.Op) *wire.Provider {
	if op == llm.Chat {
		return p.chats
	}
	return p.transcripts
}

// Dialect returns the format of the transcripts.
func Dialect() wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Transcriptions, Format: llm.OpenAI}: {Encode: upload, Then: then, Decode: heard},
		},
		Fail: chat.Fail, // an error is a text: https://www.assemblyai.com/docs/api-reference/overview
	}
}

// state is an upload or a transcript.
type state struct {
	Upload string `json:"upload_url"`
	ID     string `json:"id"`
	Status string `json:"status"`
	Error  string `json:"error"`
}

func read(body []byte) (state, raw.Object, error) {
	var s state
	if err := json.Unmarshal(body, &s); err != nil {
		return s, raw.Object{}, err
	}
	o, err := raw.Parse(body)
	return s, o, err
}
