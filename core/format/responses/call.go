// Package responses leads from OpenAI's responses API to its chat API: a
// request of the one becomes a request of the other, and the reply or stream of
// chat becomes a response, so that every provider of chat answers to both.
//
// It does no I/O and keeps nothing: whoever resolves previous_response_id puts
// the conversation into the input first (WithHistory). Texts, schemas and
// arguments keep the bytes they came in.
//
// Source: https://platform.openai.com/docs/api-reference/responses and
// https://platform.openai.com/docs/api-reference/responses-streaming
package responses

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Call says a request for a response as one for a chat completion. What chat
// has no word for and would change the answer is refused, unless drop_params
// says to leave it out; members that are not OpenAI's are passed on as they
// are. Errors are *llm.Error.
func Call(call *llm.Call) (*llm.Call, error) {
	r := request{in: call.Body, drops: call.Options.DropParams != nil && *call.Options.DropParams}
	body, err := r.chat()
	if err != nil {
		return nil, err
	}
	if call.Stream {
		body = body.WithRaw("stream", json.RawMessage("true"))
	}
	over := *call
	over.Format, over.Body, over.Options.IncludeUsage = llm.OpenAI, body, true
	return &over, nil
}

// request is one under translation.
type request struct {
	in    raw.Object
	drops bool // what cannot be said is left out
}

func (r *request) chat() (raw.Object, error) {
	var out raw.Object
	if v, ok := r.in.Raw("model"); ok {
		out = out.WithRaw("model", v)
	}
	messages, err := r.messages()
	if err != nil {
		return out, err
	}
	out = out.WithList("messages", messages)
	for _, translate := range []func(raw.Object) (raw.Object, error){r.tools, r.text, r.reasoning, r.logprobs, r.rest} {
		if out, err = translate(out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// same are members that both APIs have, with the same meaning.
var same = []string{"temperature", "top_p", "user", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "safety_identifier", "service_tier"}

// done are members that are translated elsewhere, or that ask chat for nothing:
// metadata and store are about the response, which the gateway keeps, and
// client_metadata is Codex' own account of itself.
var done = []string{
	"model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning", "include",
	"top_logprobs", "max_output_tokens", "metadata", "store", "stream", "stream_options",
	"client_metadata",
}

// lost are members that chat has no word for, each with the value that asks for
// what happens without it.
var lost = map[string]string{
	"background": "false", "truncation": `"disabled"`, "context_management": "", "max_tool_calls": "", "moderation": "",
	"image": "", "access_programs": "", "conversation": "", "prompt": "", "previous_response_id": "",
}

// rest moves what needs no translation, and refuses what has none.
func (r *request) rest(out raw.Object) (raw.Object, error) {
	if r.in.Has("max_output_tokens") {
		v, _ := r.in.Raw("max_output_tokens")
		out = out.WithRaw("max_completion_tokens", v)
	}
	for _, name := range same {
		if v, _ := r.in.Raw(name); r.in.Has(name) && (name != "service_tier" || string(v) != `"auto"`) {
			out = out.WithRaw(name, v)
		}
	}
	others := r.in.Without(done...).Without(same...)
	for name, v := range others.All() {
		asks, openai := lost[name]
		switch {
		case !openai:
			out = out.WithRaw(name, v)
		case string(v) == "null" || string(v) == asks:
		default:
			if err := r.lose(name); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// lose refuses a member, or leaves it out where that is wanted and does not
// take the conversation away.
func (r *request) lose(name string) error {
	switch name {
	case "previous_response_id":
		id, _ := r.in.Text(name)
		return invalid(name, "Previous response with id '"+id+"' not found.")
	case "conversation", "prompt", "background":
		return unsupported(name, name)
	}
	if r.drops {
		return nil
	}
	return unsupported(name, name+"; set drop_params to leave out what a provider does not support")
}

func (r *request) text(out raw.Object) (raw.Object, error) {
	text, err := r.object("text")
	if err != nil {
		return out, err
	}
	out = moved(out, text, "verbosity", "verbosity")
	if !text.Has("format") {
		return out, nil
	}
	v, _ := text.Raw("format")
	format, err := parse("text.format", v)
	if err != nil {
		return out, err
	}
	switch kind, _ := format.Text("type"); kind {
	case "text":
		return out, nil
	case "json_object":
		return out.WithRaw("response_format", v), nil
	case "json_schema":
		schema := raw.Object{}
		for _, name := range []string{"name", "description", "schema", "strict"} {
			schema = moved(schema, format, name, name)
		}
		return out.WithRaw("response_format", raw.New(
			raw.Member{Name: "type", Value: raw.Quote(kind)}, raw.Member{Name: kind, Value: schema.Bytes()},
		).Bytes()), nil
	default:
		return out, invalid("text.format", "unknown type "+string(raw.Quote(kind)))
	}
}

// reasoning says how much of it is wanted. Whether it is summed up is for the
// provider: what it shows of its reasoning becomes the summary.
func (r *request) reasoning(out raw.Object) (raw.Object, error) {
	o, err := r.object("reasoning")
	return moved(out, o, "effort", "reasoning_effort"), err
}

func (r *request) logprobs(out raw.Object) (raw.Object, error) {
	if !includes(r.in, "message.output_text.logprobs") {
		return out, nil
	}
	return moved(out.WithRaw("logprobs", json.RawMessage("true")), r.in, "top_logprobs", "top_logprobs"), nil
}

// includes reports whether include names something.
func includes(body raw.Object, what string) bool {
	v, _ := body.Raw("include")
	for _, item := range raw.Items(v) {
		if strings.Trim(string(item), `"`) == what {
			return true
		}
	}
	return false
}

// object is a member that is an object; empty when there is none.
func (r *request) object(name string) (raw.Object, error) {
	if !r.in.Has(name) {
		return raw.Object{}, nil
	}
	v, _ := r.in.Raw(name)
	return parse(name, v)
}

// parse reads an object at every depth.
func parse(param string, v json.RawMessage) (raw.Object, error) {
	if err := raw.Strict(v); err != nil {
		return raw.Object{}, invalid(param, err.Error())
	}
	o, err := raw.Parse(v)
	if err != nil {
		return o, invalid(param, err.Error())
	}
	return o, nil
}

// moved puts a member that is there and not null under another name.
func moved(to, from raw.Object, name, as string) raw.Object {
	if !from.Has(name) {
		return to
	}
	v, _ := from.Raw(name)
	return to.WithRaw(as, v)
}

func invalid(param, what string) error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: param + ": " + what}
}

func unsupported(param, what string) error {
	return &llm.Error{Class: llm.UnsupportedParamsError, Param: param, Message: "a provider that is asked by its chat API does not support " + what}
}
