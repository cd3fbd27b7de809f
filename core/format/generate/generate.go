// Package generate leads Google's generateContent to OpenAI's chat and back,
// for models of vendors who do not speak it. Members may be in either of the
// spellings that Google takes; texts, arguments and JSON schemas keep their
// bytes.
//
// What only Google's own service has is left out when no answer depends on it
// (safetySettings, labels), and goes on as it is otherwise: whoever answers says
// whether it is understood. With drop_params, settings without a word in
// OpenAI's chat are left out.
//
// Source: https://ai.google.dev/api/generate-content
package generate

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Call says a request as a chat. Errors are *llm.Error.
func Call(call *llm.Call) (*llm.Call, error) {
	in, err := named(call.Body)
	if err != nil {
		return nil, err
	}
	r := &request{call: call, in: in}
	if call.Model != "" {
		r.out = r.out.WithText("model", call.Model)
	}
	for _, step := range []func() error{r.conversation, r.tools, r.config, r.rest} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if call.Stream {
		r.out = r.out.WithRaw("stream", json.RawMessage("true"))
	}
	c := *call
	c.Format, c.Body, c.Options.IncludeUsage = llm.OpenAI, r.out, true
	c.Soft = []string{"top_k"} // which Google's clients always send
	return &c, nil
}

// request is a translation under way.
type request struct {
	call     *llm.Call
	in       raw.Object // in camelCase
	out      raw.Object
	messages []raw.Object
	asked    []asked  // functions called so far
	allowed  []string // the functions that may be called; nil: all
}

// take gives a member of the request, which has no duplicate members at any
// depth. Null counts as absent.
func (r *request) take(name string) (json.RawMessage, bool, error) {
	v, _ := r.in.Raw(name)
	if !r.in.Has(name) {
		return nil, false, nil
	}
	if err := raw.Strict(v); err != nil {
		return nil, false, invalid(name, err.Error())
	}
	return v, true, nil
}

// rest is what has no part in a chat: kept from it, or left to the provider.
func (r *request) rest() error {
	switch tier, _ := r.in.Text("serviceTier"); tier {
	case "flex", "priority":
		r.out = r.out.WithText("service_tier", tier)
	case "standard":
		r.out = r.out.WithText("service_tier", "default")
	}
	for name, v := range r.in.All() {
		if !slices.Contains(taken, name) && r.in.Has(name) {
			r.out = r.out.WithRaw(name, v)
		}
	}
	return nil
}

// taken are the members that a chat has words for, can do without, or that are
// said by the request's address. The list is never written.
var taken = strings.Fields(`contents systemInstruction tools toolConfig generationConfig safetySettings labels serviceTier model stream`)

// named gives those members the names that Google's documents have; others may
// be a provider's own.
func named(body raw.Object) (raw.Object, error) {
	own := body
	for name := range body.All() {
		if slices.Contains(taken, camelName(name)) {
			own = own.Without(name)
		}
	}
	var others []string
	for name := range own.All() {
		others = append(others, name)
	}
	in, err := camel("", body.Without(others...))
	return in.Merged(own), err
}

// drops reports whether what has no word in a chat is left out.
func (r *request) drops() bool {
	drop := r.call.Options.DropParams
	return drop != nil && *drop
}

// unsupported is what a chat cannot do.
func unsupported(param, why string) *llm.Error {
	return &llm.Error{Class: llm.UnsupportedParamsError, Param: param, Message: param + ": " + why}
}

func invalid(param, why string) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: param + ": " + why}
}

// camel gives an object's members the names that Google's documents have: each
// may be in snake_case too. Both at once is refused, for readers would disagree
// on which one counts. https://protobuf.dev/programming-guides/json/#field-names
func camel(param string, o raw.Object) (raw.Object, error) {
	for name := range o.All() {
		to := camelName(name)
		if to == name {
			continue
		}
		if _, twice := o.Raw(to); twice {
			return o, invalid(or(param, to), "there is "+name+" and "+to)
		}
		o = o.Renamed(name, to)
	}
	return o, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func camelName(name string) string {
	first, rest, found := strings.Cut(name, "_")
	if !found || first == "" {
		return name
	}
	for word := range strings.SplitSeq(rest, "_") {
		if word == "" {
			return name
		}
		first += strings.ToUpper(word[:1]) + word[1:]
	}
	return first
}

// object reads an object inside a member that take has checked.
func object(param string, v json.RawMessage) (raw.Object, error) {
	o, err := raw.Parse(v)
	if err != nil {
		return o, invalid(param, err.Error())
	}
	return camel(param, o)
}

// objects reads a list of them.
func objects(param string, v json.RawMessage) ([]raw.Object, error) {
	list, err := raw.Objects(v)
	if err != nil {
		return nil, invalid(param, "a list of objects is needed: "+err.Error())
	}
	for i := range list {
		if list[i], err = camel(param, list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// member is an object in an object, empty when there is none.
func member(param string, o raw.Object, name string) (raw.Object, error) {
	if !o.Has(name) {
		return raw.Object{}, nil
	}
	v, _ := o.Raw(name)
	return object(param, v)
}

func isText(v json.RawMessage) bool { return len(v) > 0 && v[0] == '"' }
