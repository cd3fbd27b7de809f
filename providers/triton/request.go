package triton

import (
	"bytes"
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// defaultMax is the max_tokens, which the backend for TensorRT-LLM requires, of
// a model whose limit is not known. LiteLLM's number.
const defaultMax = 2000

// both are the members that OpenAI and both backends have by the same name.
// https://github.com/triton-inference-server/tensorrtllm_backend/blob/main/docs/model_config.md
var both = []string{"temperature", "top_p", "presence_penalty", "frequency_penalty"}

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
	var params raw.Object
	switch {
	case limit != nil:
		params = params.WithRaw("max_tokens", limit)
	case call.To.Info.MaxOutput > 0:
		params = chat.Number(params, "max_tokens", int64(call.To.Info.MaxOutput))
	default:
		params = chat.Number(params, "max_tokens", defaultMax)
	}
	for _, name := range both {
		params = r.Move(params, name, name)
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	params = params.Merged(rest)
	if infers(call.To) {
		return &wire.Request{Path: infer, Body: tensors(text, params)}, nil
	}
	path := generate
	if call.Stream {
		path += "_stream"
	}
	return &wire.Request{Path: path, Body: generation(text, params, call.Stream)}, nil
}

// generation writes a request of the generate extension. Its parameters hold
// texts, numbers and truths; what is none goes beside them.
func generation(text string, params raw.Object, stream bool) []byte {
	var beside raw.Object
	for name, v := range params.All() {
		if v[0] == '[' || v[0] == '{' {
			beside, params = beside.WithRaw(name, v), params.Without(name)
		}
	}
	streams := json.RawMessage("false")
	if stream {
		streams = json.RawMessage("true")
	}
	return raw.Object{}.WithText("text_input", text).WithRaw("parameters", params.Bytes()).
		WithRaw("stream", streams).Merged(beside).Bytes()
}

// tensors writes a request of /infer: each input is a tensor of one element.
// Source: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
func tensors(text string, params raw.Object) []byte {
	inputs := []raw.Object{tensor("text_input", "BYTES", raw.Quote(text))}
	for name, v := range params.All() {
		inputs = append(inputs, tensor(name, datatype(v), v))
	}
	return raw.Object{}.WithRaw("inputs", raw.List(inputs)).Bytes()
}

func tensor(name, datatype string, v json.RawMessage) raw.Object {
	shape := json.RawMessage("[1]")
	if v[0] == '[' {
		n := 0
		for range raw.Items(v) {
			n++
		}
		shape = chat.Number(raw.Object{}, "n", int64(n)).Bytes()
		shape = append(append([]byte("["), shape[len(`{"n":`):len(shape)-1]...), ']')
	} else {
		v = append(append([]byte("["), v...), ']')
	}
	return raw.Object{}.WithText("name", name).WithRaw("shape", shape).WithText("datatype", datatype).WithRaw("data", v)
}

// datatype names the type of a value, or of a list's first.
func datatype(v json.RawMessage) string {
	switch v = bytes.TrimLeft(v, "[ \t\r\n"); {
	case len(v) == 0 || v[0] == '"':
		return "BYTES"
	case v[0] == 't' || v[0] == 'f':
		return "BOOL"
	case bytes.ContainsAny(v, ".eE"):
		return "FP32"
	}
	return "INT32"
}
