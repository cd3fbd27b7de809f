package cohere

import (
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// encode writes the request. Members that are Cohere's own (documents,
// citation_options, safety_mode, k, p, priority) go along as they are.
func encode(call *llm.Call) (*wire.Request, error) {
	r := chat.Read(call)
	out := raw.Object{}.WithText("model", call.To.Model)
	all, err := messages(r)
	if err != nil {
		return nil, err
	}
	out = out.WithList("messages", all)
	for _, translate := range []func(*chat.Request, raw.Object) (raw.Object, error){tools, format, thinking, sampling} {
		if out, err = translate(r, out); err != nil {
			return nil, err
		}
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	stream := json.RawMessage("false")
	if call.Stream {
		stream = json.RawMessage("true")
	}
	body := out.Merged(rest).WithRaw("stream", stream).Bytes()
	return &wire.Request{Path: chatPath, Body: body, Header: http.Header{}}, nil
}

// sampling takes what Cohere says in one word.
func sampling(r *chat.Request, out raw.Object) (raw.Object, error) {
	limit, err := r.Limit()
	if err != nil {
		return out, err
	}
	if limit != nil {
		out = out.WithRaw("max_tokens", limit)
	}
	stop, err := r.Stop()
	if err != nil {
		return out, err
	}
	if stop != nil {
		out = out.WithRaw("stop_sequences", stop)
	}
	for _, same := range []string{"temperature", "seed", "frequency_penalty", "presence_penalty", "logprobs"} {
		out = r.Move(out, same, same)
	}
	out = r.Move(out, "top_p", "p")
	return r.Move(out, "top_k", "k"), nil // LiteLLM's word, of other vendors
}

// format asks for JSON. Cohere has one type for it, with a schema or without,
// and holds to a schema always.
// Source: https://docs.cohere.com/docs/structured-outputs
func format(r *chat.Request, out raw.Object) (raw.Object, error) {
	f, err := r.Format()
	if err != nil || f.Type == "" || f.Type == "text" {
		return out, err
	}
	o := raw.Object{}.WithText("type", "json_object")
	if f.Schema == nil && f.Whole.Has("json_schema") { // Cohere's own word for it
		f.Schema, _ = f.Whole.Raw("json_schema")
	}
	if f.Schema != nil {
		o = o.WithRaw("json_schema", f.Schema)
	}
	return out.WithRaw("response_format", o.Bytes()), nil
}

// thinking is on by default in models that can, and has no limit but one the
// caller gives: the budgets are those LiteLLM has for the words. The vendor
// advises against one for the most.
// Source: https://docs.cohere.com/docs/reasoning
func thinking(r *chat.Request, out raw.Object) (raw.Object, error) {
	effort, err := r.Effort()
	if err != nil {
		return out, err
	}
	on := raw.Object{}.WithText("type", "enabled")
	switch effort {
	case "":
	case "none":
		on = on.WithText("type", "disabled")
	case "minimal", "low":
		on = chat.Number(on, "token_budget", 1024)
	case "medium":
		on = chat.Number(on, "token_budget", 2048)
	case "high", "xhigh":
	default:
		return out, chat.Invalid("reasoning_effort", "unknown effort %q", effort)
	}
	if effort != "" {
		out = out.WithRaw("thinking", on.Bytes())
	}
	own, ok, err := r.Take("thinking")
	if !ok || err != nil {
		return out, err
	}
	o, err := chat.Parse("thinking", own)
	if err != nil {
		return out, err
	}
	return out.WithRaw("thinking", o.Renamed("budget_tokens", "token_budget").Bytes()), nil // Anthropic's word
}
