// Package petals speaks to the HTTP endpoint of a Petals swarm's chat server:
// one text in a form, one text back. A swarm's faster endpoint is a WebSocket,
// which this package does not open; a caller who wants a stream gets the answer
// in one piece.
//
// What a text cannot say (pictures, tools) is refused by name or dropped. The
// server has no address of its own that is meant for production, so that every
// deployment names one.
//
// Source: https://github.com/petals-infra/chat.petals.dev#http-api-apiv1
package petals

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// KeyEnv is the variables that hold the key of a server behind a gateway.
func KeyEnv() []string { return []string{"PETALS_API_KEY"} }

// BaseEnv is the variables that hold the address.
func BaseEnv() []string { return []string{"PETALS_API_BASE"} }

// New makes the provider. An address is a server's, with or without the path.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "petals", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true,
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format.
func Dialect(now func() time.Time) wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{{Op: llm.Chat, Format: llm.OpenAI}: chat.OnePiece(now, encode, answer)},
		Fail:   chat.Fail,
	}
}

// defaultMax is the max_new_tokens, which the server requires, of a model whose
// limit is not known. LiteLLM's number.
const defaultMax = "4096"

func encode(call *llm.Call) (*wire.Request, error) {
	r := chat.Read(call)
	text, done, err := prompt.Request(call.To, call.Body)
	if err != nil {
		return nil, err
	}
	r.Done(done...)
	limit, err := r.Limit()
	if err != nil {
		return nil, err
	}
	params := sampling(r)
	if limit != nil {
		params = params.WithRaw("max_new_tokens", limit)
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	params = params.Merged(rest)
	switch {
	case params.Has("max_new_tokens") || params.Has("max_length"):
	case call.To.Info.MaxOutput > 0:
		params = chat.Number(params, "max_new_tokens", int64(call.To.Info.MaxOutput))
	default:
		params = params.WithRaw("max_new_tokens", json.RawMessage(defaultMax))
	}
	return &wire.Request{
		Path:   "/api/v1/generate",
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body:   []byte(form(call.To.Model, text, params).Encode()),
	}, nil
}

// sampling: the server chooses the likeliest words, whatever the temperature,
// unless it is told to sample. Temperature 0 asks for the likeliest words.
func sampling(r *chat.Request) raw.Object {
	out := r.Move(r.Move(raw.Object{}, "temperature", "temperature"), "top_p", "top_p")
	if t, ok := out.Raw("temperature"); ok && strings.Trim(string(t), "0.") == "" {
		out = out.Without("temperature")
	}
	if out.Len() > 0 && !r.In.Has("do_sample") {
		out = out.WithRaw("do_sample", json.RawMessage("1"))
	}
	return out
}

// form writes the members as a form: a text as it is, a truth as 0 or 1, and
// anything else as JSON.
func form(model, text string, params raw.Object) url.Values {
	f := url.Values{"model": {model}, "inputs": {text}}
	for name, v := range params.All() {
		value := string(v)
		if s, ok := params.Text(name); ok {
			value = s
		}
		switch value {
		case "true":
			value = "1"
		case "false":
			value = "0"
		case "null":
			continue
		}
		f.Set(name, value)
	}
	return f
}

var errNoOutputs = errors.New("the answer has no outputs")

// endOfText is the token that ends an answer of the models that are served:
// the server gives it as text.
const endOfText = "</s>"

// answer reads the outputs. What went wrong comes with a status that says
// success.
func answer(_ *llm.Call, body []byte) (chat.Head, []chat.Answer, llm.Usage, error) {
	var h chat.Head
	o, err := raw.Parse(body)
	if err != nil {
		return h, nil, llm.Usage{}, err
	}
	if ok, _ := o.Raw("ok"); string(ok) == "false" {
		trace, _ := o.Text("traceback")
		return h, nil, llm.Usage{}, failure(trace)
	}
	text, ok := o.Text("outputs")
	if !ok {
		return h, nil, llm.Usage{}, errNoOutputs
	}
	return h, []chat.Answer{{Text: strings.TrimSuffix(text, endOfText), Fields: o.Without("ok", "outputs")}}, llm.Usage{}, nil
}

// failure is the error that a Python traceback ends in. The lines above it are
// the server's own business.
func failure(trace string) *llm.Error {
	trace = strings.TrimSpace(trace)
	last := trace[strings.LastIndexByte(trace, '\n')+1:]
	e := &llm.Error{Class: llm.InternalServerError, Message: last}
	switch {
	case strings.HasPrefix(last, "KeyError: "):
		e.Class = llm.NotFoundError // a model or session that is not there
	case strings.Contains(last, "Too many opened inference sessions"), strings.Contains(last, "MissingBlocksError: "):
		e.Class = llm.ServiceUnavailableError
	case strings.Contains(last, "Maximum length exceeded"):
		e.Class = llm.ContextWindowExceededError
	case strings.HasPrefix(last, "ValueError: "):
		e.Class = llm.BadRequestError
	}
	if last == "" {
		e.Message = "petals failed without a reason"
	}
	return e
}
