package calls

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// samples are a value for each parameter of OpenAI's chat completions, with the
// others that it needs. They are never written.
// Source: https://platform.openai.com/docs/api-reference/chat/create
var samples = [...]struct{ name, members string }{
	{"audio", `"modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}`},
	{"frequency_penalty", `"frequency_penalty":0.5`},
	{"function_call", `"functions":[{"name":"f","parameters":{"type":"object","properties":{}}}],"function_call":"auto"`},
	{"functions", `"functions":[{"name":"f","parameters":{"type":"object","properties":{}}}]`},
	{"logit_bias", `"logit_bias":{"50256":-100}`},
	{"logprobs", `"logprobs":true`},
	{"max_completion_tokens", `"max_completion_tokens":16`},
	{"max_tokens", `"max_tokens":16`},
	{"modalities", `"modalities":["text"]`},
	{"n", `"n":2`},
	{"parallel_tool_calls", `"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}],"parallel_tool_calls":false`},
	{"prediction", `"prediction":{"type":"content","content":"x"}`},
	{"presence_penalty", `"presence_penalty":0.5`},
	{"prompt_cache_key", `"prompt_cache_key":"k"`},
	{"reasoning_effort", `"reasoning_effort":"low"`},
	{"response_format", `"response_format":{"type":"json_object"}`},
	{"safety_identifier", `"safety_identifier":"u"`},
	{"seed", `"seed":1`},
	{"service_tier", `"service_tier":"auto"`},
	{"stop", `"stop":["x"]`},
	{"stream", `"stream":true`},
	{"stream_options", `"stream":true,"stream_options":{"include_usage":true}`},
	{"temperature", `"temperature":0.5`},
	{"tool_choice", `"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}],"tool_choice":"auto"`},
	{"tools", `"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]`},
	{"top_logprobs", `"logprobs":true,"top_logprobs":2`},
	{"top_p", `"top_p":0.5`},
	{"user", `"user":"u"`},
	{"verbosity", `"verbosity":"low"`},
	{"web_search_options", `"web_search_options":{}`},
}

// Supported answers LiteLLM's GET /utils/supported_openai_params?model=: the
// parameters with which a chat can be said in the words of the model's provider.
func (s *Shown) Supported(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	model := r.URL.Query().Get("model")
	to, err := s.to(raw.Object{}.WithText("model", model), caller)
	if err != nil {
		return err
	}
	bare := *to
	bare.Params, bare.DropParams, bare.Mock = raw.Object{}, new(bool), nil
	try := func(members string) error {
		body, err := raw.Parse([]byte(`{"messages":[{"role":"user","content":"hello"}]` + members + `}`))
		if err != nil {
			return err
		}
		_, err = s.show(r, caller, Shape{Op: llm.Chat, Format: llm.OpenAI}, &bare, body.WithText("model", model))
		return err
	}
	if err := try(""); err != nil {
		return err
	}
	supported := []string{}
	for _, p := range samples {
		if try(","+p.members) == nil {
			supported = append(supported, p.name)
		}
	}
	return w.Value(map[string][]string{"supported_openai_params": supported})
}
