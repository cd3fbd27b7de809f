package openai

import (
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/openai/operations"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Quirks is where a vendor's API departs from OpenAI's, as its own reference
// documents it. The zero Quirks is OpenAI's chat itself. Each one a
// provider has stands on its row with the vendor's page, and has a golden file.
type Quirks struct {
	// Path replaces "/chat/completions", or an operation's own, after the base.
	Path string
	// Rename moves members to the vendor's name for the same thing:
	// {"seed": "random_seed"}. A caller who sends both means the new word,
	// which is the key of the map.
	Rename map[string]string
	// Values replaces a member's value, both as JSON text, where the vendor
	// has another word for it: {"tool_choice": {`"required"`: `"any"`}}.
	Values map[string]map[string]string
	// Unsupported members are refused, or left out with drop_params.
	Unsupported []string
	// Lacks are members beyond OpenAI's that the vendor has no word for: those
	// that a caller's client sends unasked are left out. What a caller asks for
	// goes along, since there may be another server at the address.
	Lacks []string
	// NoStreamOptions leaves out stream_options, which the vendor does not
	// take. Nothing is lost: it reports a stream's usage without being asked.
	NoStreamOptions bool
	// Offers are the operations beside chat that the vendor has, each with its
	// own departures: those of chat are not theirs.
	Offers map[llm.Op]Quirks
	// Completes says that the vendor's models complete texts, at /completions.
	Completes bool
	// Responds says that the vendor has the responses API.
	Responds bool
}

// Everything is all that OpenAI offers beside chat.
func Everything() map[llm.Op]Quirks {
	all := map[llm.Op]Quirks{}
	for _, op := range operations.All() {
		all[op] = Quirks{}
	}
	return all
}

// path is where the vendor answers chat, after its base.
func (q Quirks) path() string {
	if q.Path != "" {
		return q.Path
	}
	return "/chat/completions"
}

// apply rewrites a request that is otherwise OpenAI's. A body that needs
// nothing is returned as it is, bytes and all. The only error is an
// UnsupportedParamsError.
func (q Quirks) apply(call *llm.Call, body raw.Object) (raw.Object, error) {
	body, err := q.refuse(call, body)
	if err != nil {
		return body, err
	}
	if q.NoStreamOptions {
		body = body.Without("stream_options")
	}
	for _, name := range q.Lacks {
		if body.Has(name) && wire.Soft(call, name) {
			body = body.Without(name)
		}
	}
	for member, words := range q.Values {
		v, _ := body.Raw(member)
		if theirs, ok := words[string(v)]; ok {
			body = body.WithRaw(member, []byte(theirs))
		}
	}
	for from, to := range q.Rename {
		body = body.Renamed(from, to)
	}
	return body, nil
}

// refuse applies wire's policy to the members the vendor does not take. One
// that is null, or asks for what happens without it, is left out silently:
// several clients always send such members.
func (q Quirks) refuse(call *llm.Call, body raw.Object) (raw.Object, error) {
	var lost []string
	for _, name := range q.Unsupported {
		if v, _ := body.Raw(name); body.Has(name) && string(v) != defaults(name) {
			lost = append(lost, name)
		}
	}
	if len(lost) > 0 && !wire.Drops(call) {
		slices.Sort(lost)
		return raw.Object{}, &llm.Error{
			Class: llm.UnsupportedParamsError,
			Param: lost[0],
			Message: call.To.Provider + " does not support " + strings.Join(lost, ", ") +
				"; set drop_params to leave out what a provider does not support",
		}
	}
	return body.Without(q.Unsupported...), nil
}

// defaults is a member's default value in OpenAI's API description, "" when it
// has none.
func defaults(member string) string {
	switch member {
	case "n":
		return "1"
	case "logprobs", "store":
		return "false"
	case "logit_bias":
		return "{}"
	case "service_tier":
		return `"auto"`
	}
	return ""
}
