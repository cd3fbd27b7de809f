// Package anthropic translates chat between OpenAI's words and Anthropic's
// Messages API. What both have is said in Anthropic's words; what a caller
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
	"fmt"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Dialect returns the format. now stamps replies, which Anthropic does not.
func Dialect(now func() time.Time) wire.Dialect {
	chat := wire.Codec{
		Encode: encode,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return decode(c, r, now) },
		Events: events(now),
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.OpenAI}: chat},
		Fail:   fail,
	}
}

// request is a translation under way.
type request struct {
	call  *llm.Call
	in    raw.Object // what the caller wrote
	out   raw.Object
	model model
	taken []string // members of in that need no further thought
}

func encode(call *llm.Call) (*wire.Request, error) {
	r := &request{call: call, in: call.Body, model: modelOf(call.To.Model)}
	r.out = r.out.WithText("model", call.To.Model)
	r.taken = append(r.taken, "model", "stream", "stream_options")
	for _, step := range []func() error{
		r.thinking, r.messages, r.tools, r.format, r.stop, r.sampling, r.tier, r.user, r.neutral,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if call.Stream {
		r.out = r.out.WithRaw("stream", json.RawMessage("true"))
	}
	rest, err := wire.Leftover(call, r.taken...)
	if err != nil {
		return nil, err
	}
	return &wire.Request{
		Path:   "/v1/messages",
		Header: http.Header{"Anthropic-Version": {"2023-06-01"}},
		Body:   r.out.Merged(rest).Bytes(),
	}, nil
}

// take returns a member that is about to be translated, and marks it as done.
// Null counts as absent. Its objects have no duplicate members.
func (r *request) take(name string) (json.RawMessage, bool, error) {
	r.taken = append(r.taken, name)
	v, _ := r.in.Raw(name)
	if !r.in.Has(name) {
		return nil, false, nil
	}
	if err := raw.Strict(v); err != nil {
		return nil, false, invalid(name, "%v", err)
	}
	return v, true, nil
}

// set puts a member into the request.
func (r *request) set(name string, v []byte) { r.out = r.out.WithRaw(name, v) }

// invalid is a request that cannot be said in any words.
func invalid(param, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: param + ": " + fmt.Sprintf(format, a...)}
}

// unsupported is a request that Anthropic cannot serve, and that would mean
// something else with the part in question left out.
func unsupported(param, what string) *llm.Error {
	return &llm.Error{Class: llm.UnsupportedParamsError, Param: param, Message: "anthropic does not support " + what}
}

// parse reads an object inside a member that take has checked.
func parse(param string, v json.RawMessage) (raw.Object, error) {
	o, err := raw.Parse(v)
	if err != nil {
		return o, invalid(param, "%v", err)
	}
	return o, nil
}

// list writes objects as an array.
func list(objects []raw.Object) []byte {
	n := 2
	for _, o := range objects {
		n += len(o.Bytes()) + 1
	}
	b := append(make([]byte, 0, n), '[')
	for i, o := range objects {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, o.Bytes()...)
	}
	return append(b, ']')
}

// typed starts an object of Anthropic's, which all name their type.
func typed(kind string) raw.Object { return raw.Object{}.WithText("type", kind) }

// copied takes members over as they are, those that are there.
func copied(to, from raw.Object, names ...string) raw.Object {
	for _, name := range names {
		if v, _ := from.Raw(name); from.Has(name) {
			to = to.WithRaw(name, v)
		}
	}
	return to
}
