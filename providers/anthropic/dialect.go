// Package anthropic translates chat between OpenAI's words and Anthropic's
// Messages API, and passes on what is in Anthropic's own. What both have is said in Anthropic's words; what a caller
// wrote for Anthropic itself (top_k, thinking, cache_control, native tools and
// blocks) is passed on as it is; what Anthropic cannot do is refused or
// dropped by wire's one policy. Schemas, arguments and texts keep their bytes.
//
// API version 2023-06-01 is spoken, because its successor 2026-10-21 refuses
// temperature, top_p and top_k for every model.
//
// Source: https://platform.claude.com/docs/en/api/messages
package anthropic

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/anthropic/answer"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Dialect returns the format. now stamps replies, which Anthropic does not.
func Dialect(now func() time.Time) wire.Dialect {
	messages := wire.Codec{
		Encode: encode,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return answer.Decode(c, r, byTool(c), now) },
		Events: chat.Events(now, func(c *llm.Call) chat.Reader { return answer.Reader(c, byTool(c)) }),
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Chat, Format: llm.OpenAI}:   messages,
			{Op: llm.Chat, Format: llm.Messages}: native(),
		},
		Fail: answer.Fail,
	}
}

// version is the one of Anthropic's API that is spoken.
const version = "2023-06-01"

// request is a translation under way.
type request struct {
	*chat.Request
	out   raw.Object
	model model
	text  json.RawMessage // the type of most blocks
	shelf raw.Shelf
}

func encode(call *llm.Call) (*wire.Request, error) {
	r := &request{Request: chat.Read(call), model: modelOf(call.To.Model), text: raw.Quote("text")}
	r.out = r.out.WithText("model", call.To.Model)
	for _, step := range []func() error{r.thinking, r.messages, r.tools, r.format, r.stop, r.user} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	r.sampling()
	r.tier()
	r.Neutral()
	if call.Stream {
		r.set("stream", json.RawMessage("true"))
	}
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{
		Path:   "/v1/messages",
		Header: http.Header{"Anthropic-Version": {version}},
		Body:   r.out.Merged(rest).Bytes(),
	}, nil
}

// set puts a member into the request.
func (r *request) set(name string, v []byte) { r.out = r.out.WithRaw(name, v) }
