// Package messages leads from Anthropic's Messages API to OpenAI's chat and
// back, so that a client of the one is answered by any provider of the other.
// Its three functions are an attempt's bridge. They do no I/O and keep nothing.
//
// What a caller wrote keeps its bytes: schemas, inputs and texts are cut out of
// the request and put into another. What only Claude understands (marks for its
// cache, signed thoughts, errors of tools) goes along to Claude, wherever it is
// served, and is left out for other models, whose vendors refuse members that
// they do not know. What asks for something else (top_k, tools that Anthropic
// runs, blocks without a counterpart) is passed on: the provider's dialect, or
// its vendor, says whether it can.
//
// Source: https://platform.claude.com/docs/en/api/messages and
// https://platform.openai.com/docs/api-reference/chat
package messages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// request is a translation under way.
type request struct {
	in, out raw.Object
	claude  bool     // the model is one of Anthropic's
	taken   []string // members that were translated
}

// Call says a call in OpenAI's words. Errors are *llm.Error of class
// BadRequestError.
func Call(call *llm.Call) (*llm.Call, error) {
	r := &request{in: call.Body, claude: isClaude(call), taken: []string{"stream", "stream_options"}}
	r.move("model", "model")
	for _, step := range []func() error{r.messages, r.tools, r.format, r.thinking, r.user, r.tier} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	// OpenAI's newer models know the newer word only; who knows the older one
	// only is known by the providers' table.
	r.move("max_tokens", "max_completion_tokens")
	r.move("stop_sequences", "stop")
	if call.Stream {
		r.out = r.out.WithRaw("stream", json.RawMessage("true"))
	}
	r.rest()
	over := *call
	over.Format, over.Body = llm.OpenAI, r.out
	over.Options.IncludeUsage = true // a stream's last event but one tells it
	if !r.claude {
		over.Options.ExtraHeaders = foreign(call.Options.ExtraHeaders)
	}
	return &over, nil
}

// isClaude tells by the name of the deployment's model, or by that of the model
// behind a name that means nothing, such as Bedrock's profiles have.
func isClaude(call *llm.Call) bool {
	if call.To == nil {
		return false
	}
	name := call.To.Model + " " + call.To.Settings["base_model"]
	return strings.Contains(strings.ToLower(name), "claude")
}

// foreign is a request's own headers without those that only Anthropic reads.
func foreign(h http.Header) http.Header {
	if len(h) == 0 {
		return h
	}
	h = h.Clone()
	h.Del("Anthropic-Beta")
	h.Del("Anthropic-Version")
	return h
}

// claudes are members that steer how Claude is served and not what is answered.
// Other vendors refuse them; a client that always sends them, as Claude Code
// does, gets its answer without.
var claudes = []string{"cache_control", "context_management"}

// rest passes on what has the same name in both, and what was not translated.
func (r *request) rest() {
	rest := r.in.Without(r.taken...)
	if !r.claude {
		rest = rest.Without(claudes...)
	}
	for name, v := range rest.All() {
		if _, ok := r.out.Raw(name); !ok && string(v) != "null" {
			r.out = r.out.WithRaw(name, v)
		}
	}
}

// take returns a member that is about to be translated. Null counts as absent.
func (r *request) take(name string) (json.RawMessage, bool, error) {
	r.taken = append(r.taken, name)
	if !r.in.Has(name) {
		return nil, false, nil
	}
	v, _ := r.in.Raw(name)
	if err := raw.Strict(v); err != nil {
		return nil, false, invalid(name, "%v", err)
	}
	return v, true, nil
}

// object is take for a member that must be an object; empty when it is absent.
func (r *request) object(name string) (raw.Object, error) {
	v, ok, err := r.take(name)
	if !ok || err != nil {
		return raw.Object{}, err
	}
	return parse(name, v)
}

// move gives a member OpenAI's name. Null counts as absent.
func (r *request) move(from, to string) {
	r.taken = append(r.taken, from)
	if v, _ := r.in.Raw(from); r.in.Has(from) {
		r.out = r.out.WithRaw(to, v)
	}
}

func invalid(param, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: param + ": " + fmt.Sprintf(format, a...)}
}

func parse(param string, v json.RawMessage) (raw.Object, error) {
	o, err := raw.Parse(v)
	if err != nil {
		return o, invalid(param, "%v", err)
	}
	return o, nil
}

// objects reads a list of objects inside a member that take has checked.
func objects(param string, v json.RawMessage) ([]raw.Object, error) {
	if !isList(v) {
		return nil, invalid(param, "a list is needed")
	}
	var all []raw.Object
	for _, item := range raw.Items(v) {
		o, err := parse(param, item)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

func isText(v json.RawMessage) bool { return len(v) > 0 && v[0] == '"' }

func isList(v json.RawMessage) bool { return len(v) > 0 && v[0] == '[' }

func typed(kind string) raw.Object { return raw.Object{}.WithText("type", kind) }

// copied takes members over as they are, those that are there.
func copied(to, from raw.Object, names ...string) raw.Object {
	for _, name := range names {
		if v, ok := from.Raw(name); ok && string(v) != "null" {
			to = to.WithRaw(name, v)
		}
	}
	return to
}
