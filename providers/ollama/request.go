package ollama

import (
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// encode writes the request, to the door that understands it. Members that are
// Ollama's own (keep_alive, truncate) go along as they are.
func encode(call *llm.Call) (*wire.Request, error) {
	r := chat.Read(call)
	out := raw.Object{}.WithText("model", call.To.Model)
	path, say := chatPath, conversation
	if written(r) {
		path, say = generatePath, text
	}
	for _, translate := range []func(*chat.Request, raw.Object) (raw.Object, error){say, format, thinking, options} {
		var err error
		if out, err = translate(r, out); err != nil {
			return nil, err
		}
	}
	out = r.Move(r.Move(out, "logprobs", "logprobs"), "top_logprobs", "top_logprobs")
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
	return &wire.Request{Path: path, Body: body, Header: http.Header{}}, nil
}

// written reports whether the conversation is to be written as one text.
func written(r *chat.Request) bool {
	v, _ := r.In.Raw("raw")
	return r.Call.To.Settings[prompt.Setting] != "" || string(v) == "true" ||
		r.In.Has("template") || r.In.Has("suffix") || r.In.Has("context")
}

// format asks for JSON: by a word, or with a schema.
func format(r *chat.Request, out raw.Object) (raw.Object, error) {
	f, err := r.Format()
	switch {
	case err != nil:
		return out, err
	case f.Schema != nil && f.Type != "text":
		return out.WithRaw("format", f.Schema), nil
	case f.Type == "json_object", f.Type == "json_schema":
		return out.WithText("format", "json"), nil
	}
	return out, nil
}

// thinking is on or off, or a degree for the models that know some. What
// nobody asks for, the server decides by the model.
// Source: https://docs.ollama.com/capabilities/thinking
func thinking(r *chat.Request, out raw.Object) (raw.Object, error) {
	effort, err := r.Effort()
	if err != nil {
		return out, err
	}
	switch effort {
	case "":
	case "none":
		out = out.WithRaw("think", json.RawMessage("false"))
	case "minimal":
		out = out.WithText("think", "low")
	case "low", "medium", "high":
		out = out.WithText("think", effort)
	case "xhigh":
		out = out.WithText("think", "high")
	default:
		return out, chat.Invalid("reasoning_effort", "unknown effort %q", effort)
	}
	anthropic, ok, err := r.Take("thinking") // Anthropic's word, as LiteLLM takes it of everybody
	if !ok || err != nil {
		return out, err
	}
	o, err := chat.Parse("thinking", anthropic)
	if err != nil {
		return out, err
	}
	on := json.RawMessage("true")
	if kind, _ := o.Text("type"); kind == "disabled" {
		on = json.RawMessage("false")
	}
	return out.WithRaw("think", on), nil
}

// runtime are Ollama's options that OpenAI has no other word for. LiteLLM's
// users write them beside the other members.
// Source: https://docs.ollama.com/modelfile#valid-parameters-and-values and the
// type Options of the package ollama
var runtime = [...]string{
	"num_ctx", "num_keep", "num_batch", "num_gpu", "main_gpu", "num_thread", "num_predict",
	"numa", "low_vram", "f16_kv", "logits_all", "vocab_only", "use_mmap", "use_mlock", "embedding_only",
	"top_k", "min_p", "tfs_z", "typical_p", "repeat_last_n", "repeat_penalty", "penalize_newline",
	"mirostat", "mirostat_tau", "mirostat_eta",
}

// options gathers how to run the model. The two penalties of OpenAI's have the
// same names and scale here, and are not repeat_penalty, a factor. What the
// caller put into options wins.
func options(r *chat.Request, out raw.Object) (raw.Object, error) {
	var o raw.Object
	for _, name := range runtime {
		o = r.Move(o, name, name)
	}
	for _, name := range []string{"temperature", "top_p", "seed", "frequency_penalty", "presence_penalty"} {
		o = r.Move(o, name, name)
	}
	limit, err := r.Limit()
	if err != nil {
		return out, err
	}
	if limit != nil {
		o = o.WithRaw("num_predict", limit)
	}
	stop, err := r.Stop()
	if err != nil {
		return out, err
	}
	if stop != nil {
		o = o.WithRaw("stop", stop)
	}
	own, ok, err := r.Take("options")
	if err != nil {
		return out, err
	}
	if ok {
		given, err := chat.Parse("options", own)
		if err != nil {
			return out, err
		}
		o = o.Merged(given)
	}
	if o.Len() == 0 {
		return out, nil
	}
	return out.WithRaw("options", o.Bytes()), nil
}
