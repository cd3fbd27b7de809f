// Package chat reads OpenAI's chat requests and writes its replies for the
// dialects that say them in other words, so that each dialect holds only what
// is its vendor's own. It knows no vendor.
//
// What a caller wrote keeps its bytes: schemas, arguments and texts are cut
// out of the request and put into the vendor's, never decoded and encoded.
//
// Source: https://platform.openai.com/docs/api-reference/chat
package chat

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Request is a request under translation. A dialect takes the members it has
// words for; Rest gives up or forwards what is left.
type Request struct {
	Call  *llm.Call
	In    raw.Object // what the caller wrote
	taken []string
}

// Read starts a translation. The model and whether to stream are taken: they
// are in the call.
func Read(call *llm.Call) *Request {
	return &Request{Call: call, In: call.Body, taken: []string{"model", "stream", "stream_options"}}
}

// Done marks members as translated, or as needing no translation.
func (r *Request) Done(names ...string) { r.taken = append(r.taken, names...) }

// Take returns a member that is about to be translated, and marks it as done.
// Null counts as absent. Its objects have no duplicate members.
func (r *Request) Take(name string) (json.RawMessage, bool, error) {
	r.taken = append(r.taken, name)
	v, _ := r.In.Raw(name)
	if !r.In.Has(name) {
		return nil, false, nil
	}
	if err := raw.Strict(v); err != nil {
		return nil, false, Invalid(name, "%v", err)
	}
	return v, true, nil
}

// Move puts a member into out under the vendor's name, as the bytes it is.
// Null counts as absent.
func (r *Request) Move(out raw.Object, from, to string) raw.Object {
	r.taken = append(r.taken, from)
	if !r.In.Has(from) {
		return out
	}
	v, _ := r.In.Raw(from)
	return out.WithRaw(to, v)
}

// Rest is what the dialect did not take, by wire's policy: the vendor's own
// members are returned, OpenAI's are dropped or refused.
func (r *Request) Rest() (raw.Object, error) { return wire.Leftover(r.Call, r.taken...) }

// Invalid is a request that cannot be said in any words.
func Invalid(param, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: param + ": " + fmt.Sprintf(format, a...)}
}

// Unsupported is a request that the provider cannot serve, and that would mean
// something else with the part in question left out.
func (r *Request) Unsupported(param, what string) *llm.Error {
	return &llm.Error{Class: llm.UnsupportedParamsError, Param: param, Message: r.Call.To.Provider + " does not support " + what}
}

// Parse reads an object inside a member that Take has checked.
func Parse(param string, v json.RawMessage) (raw.Object, error) {
	o, err := raw.Parse(v)
	if err != nil {
		return o, Invalid(param, "%v", err)
	}
	return o, nil
}

// Typed starts an object of a vendor whose objects name their type.
func Typed(kind string) raw.Object { return raw.Object{}.WithText("type", kind) }

// Member is an object in an object; empty when there is none.
func Member(o raw.Object, name string) raw.Object {
	v, ok := o.Raw(name)
	if !ok {
		return raw.Object{}
	}
	inner, err := raw.Parse(v)
	if err != nil {
		return raw.Object{} // of another type
	}
	return inner
}

// Copy takes members over as they are, those that are there.
func Copy(to, from raw.Object, names ...string) raw.Object {
	if from.Len() == 0 {
		return to
	}
	for _, name := range names {
		if v, ok := from.Raw(name); ok && from.Has(name) {
			to = to.WithRaw(name, v)
		}
	}
	return to
}

// Number puts an integer into an object.
func Number(o raw.Object, name string, n int64) raw.Object {
	return o.WithRaw(name, number(n))
}

func number(n int64) json.RawMessage { return strconv.AppendInt(nil, n, 10) }

// IsText reports whether a value is a JSON string.
func IsText(v json.RawMessage) bool { return len(v) > 0 && v[0] == '"' }

func isList(v json.RawMessage) bool { return len(v) > 0 && v[0] == '[' }
