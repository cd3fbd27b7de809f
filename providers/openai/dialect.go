// Package openai is OpenAI's own wire format, which is also the format calls
// come in and that most vendors copied: what a caller wrote is passed on as
// the bytes it is, and a reply comes back as the bytes it was. Only what must
// be edited is: the model's name, a vendor's documented quirks, and members
// that a vendor leaves out although OpenAI's API description requires them.
//
// Source: https://platform.openai.com/docs/api-reference/chat
package openai

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai/operations"
	"github.com/tollgate-llm/tollgate/providers/openai/responses"
	"github.com/tollgate-llm/tollgate/providers/openai/usage"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Dialect returns the format with a vendor's quirks; the zero Quirks is OpenAI's
// chat. now stamps replies whose vendor does not.
func Dialect(q Quirks, now func() time.Time) wire.Dialect {
	codec := wire.Codec{
		Encode: func(c *llm.Call) (*wire.Request, error) { return encode(q, c) },
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return decode(c, r, now) },
		Events: events(now),
	}
	codecs := map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.OpenAI}: codec}
	for op, departures := range q.Offers {
		codecs[llm.Key{Op: op, Format: llm.OpenAI}] = departures.with(operations.Codec(op, now))
	}
	if q.Responds {
		codecs[llm.Key{Op: llm.Chat, Format: llm.Responses}] = Quirks{}.with(responses.Codec())
	}
	if q.Completes {
		codecs[llm.Key{Op: llm.Chat, Format: llm.Completions}] = Completions(q, now)
	}
	return wire.Dialect{Codecs: codecs, Fail: chat.Fail}
}

// with is a codec as a vendor with the quirks has it.
func (q Quirks) with(codec wire.Codec) wire.Codec {
	encode := codec.Encode
	codec.Encode = func(call *llm.Call) (*wire.Request, error) {
		body, err := q.apply(call, call.Body)
		if err != nil {
			return nil, err
		}
		said := *call
		said.Body = body
		req, err := encode(&said)
		if err != nil {
			return nil, err
		}
		if q.Path != "" {
			req.Path = q.Path
		}
		maps.Copy(req.Header, headers(call.To))
		return req, nil
	}
	return codec
}

func encode(q Quirks, call *llm.Call) (*wire.Request, error) {
	body := call.Body
	if model, _ := body.Text("model"); model != call.To.Model {
		body = body.WithText("model", call.To.Model)
	}
	body, err := q.apply(call, body)
	if err != nil {
		return nil, err
	}
	req := &wire.Request{Path: q.path(), Header: headers(call.To)}
	if call.Stream && !q.NoStreamOptions {
		if asked := body; !asked.Has(streamOptions) {
			req.Added, req.Without = streamOptions, func() []byte { return asked.Bytes() }
		}
		body = withUsage(body)
	}
	req.Body = body.Bytes()
	return req, nil
}

// streamOptions is young: servers and Azure versions from before 2024-09-01
// refuse a request that has it.
const streamOptions = "stream_options"

// withUsage asks for a stream's usage, which the record needs whether or not
// the caller wants to see it.
func withUsage(body raw.Object) raw.Object {
	options := raw.Object{}
	if v, ok := body.Raw(streamOptions); ok {
		o, err := raw.Parse(v)
		if err != nil {
			return body // the vendor will say what is wrong with it
		}
		options = o
	}
	if v, _ := options.Raw("include_usage"); string(v) == "true" {
		return body
	}
	return body.WithRaw(streamOptions, options.WithRaw("include_usage", json.RawMessage("true")).Bytes())
}

func headers(d *llm.Deployment) http.Header {
	h := http.Header{}
	if v := d.Settings["organization"]; v != "" {
		h["Openai-Organization"] = []string{v}
	}
	if v := d.Settings["project"]; v != "" {
		h["Openai-Project"] = []string{v}
	}
	return h
}

var errNoChoices = errors.New("no choices in the answer")

func decode(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	if !body.Has("choices") {
		return nil, errNoChoices
	}
	reply := &llm.Reply{Body: complete(thoughtful(body, "message"), "chat.completion", call, now)}
	if v, ok := body.Raw("usage"); ok {
		reply.Usage = usage.Of(v, usage.Tier(body))
	}
	return reply, nil
}

// complete adds the top-level members that OpenAI's description requires, also
// in the place of empty ones.
func complete(body raw.Object, object string, call *llm.Call, now func() time.Time) raw.Object {
	if lacks(body, "id") {
		body = body.WithText("id", "chatcmpl-"+call.Record.RequestID)
	}
	if lacks(body, "object") {
		body = body.WithText("object", object)
	}
	if lacks(body, "created") {
		body, _ = body.With("created", now().Unix()) // an integer always encodes
	}
	if lacks(body, "model") {
		body = body.WithText("model", call.To.Model)
	}
	return body
}
