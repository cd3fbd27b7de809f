package wire

import (
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// chatParams are the members of OpenAI's chat request that a translating
// dialect must either say in its own words or give up (POST /chat/completions
// in OpenAI's API description). Members beyond them are a provider's own.
var chatParams = []string{
	"audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
	"max_completion_tokens", "max_tokens", "messages", "metadata", "modalities", "model", "n",
	"parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning_effort",
	"response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
	"stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user",
	"verbosity", "web_search_options",
}

// opParams are the same of the other operations, in OpenAI's API description;
// rerank is Cohere's and Jina's, as LiteLLM has it.
var opParams = map[llm.Op][]string{
	llm.Chat:            chatParams,
	llm.Embeddings:      {"dimensions", "encoding_format", "input", "model", "user"},
	llm.Rerank:          {"documents", "max_chunks_per_doc", "max_tokens_per_doc", "model", "query", "rank_fields", "return_documents", "top_n"},
	llm.Moderations:     {"input", "model"},
	llm.Images:          {"background", "model", "moderation", "n", "output_compression", "output_format", "partial_images", "prompt", "quality", "response_format", "size", "stream", "style", "user"},
	llm.ImageEdits:      {"background", "image", "input_fidelity", "mask", "model", "n", "output_compression", "output_format", "partial_images", "prompt", "quality", "response_format", "size", "stream", "user"},
	llm.ImageVariations: {"image", "model", "n", "response_format", "size", "user"},
	llm.Transcriptions:  {"chunking_strategy", "file", "include", "known_speaker_names", "known_speaker_references", "language", "model", "prompt", "response_format", "stream", "temperature", "timestamp_granularities"},
	llm.Translations:    {"file", "model", "prompt", "response_format", "temperature"},
	llm.Speech:          {"input", "instructions", "model", "response_format", "speed", "stream_format", "voice"},
}

// Leftover is the one policy for members a dialect did not take: those that
// are OpenAI's are dropped with drop_params and refused without, the others
// are the provider's own and returned to be forwarded. A null member asks for
// nothing and is dropped.
func Leftover(call *llm.Call, taken ...string) (raw.Object, error) {
	rest := call.Body.Without(taken...)
	var lost []string
	for name, v := range rest.All() {
		if !slices.Contains(opParams[call.Op], name) {
			continue
		}
		rest = rest.Without(name)
		if string(v) != "null" && !Soft(call, name) {
			lost = append(lost, name)
		}
	}
	if len(lost) == 0 || Drops(call) {
		return rest, nil
	}
	return raw.Object{}, &llm.Error{
		Class: llm.UnsupportedParamsError,
		Param: lost[0],
		Message: call.To.Provider + " does not support " + strings.Join(lost, ", ") + " for " + call.To.Model +
			"; set drop_params to leave out what a provider does not support",
	}
}

// hints are members that change nothing about an answer: where OpenAI keeps a
// prompt, and for how long.
var hints = [...]string{"prompt_cache_key", "prompt_cache_retention", "prompt_cache_options"}

// Soft reports whether a member may go unsaid, whatever the caller thinks of
// dropping others.
func Soft(call *llm.Call, name string) bool {
	return slices.Contains(hints[:], name) || slices.Contains(call.Soft, name)
}

// Drops reports whether unsupported members are left out: the caller's word,
// else the deployment's.
func Drops(call *llm.Call) bool {
	if p := call.Options.DropParams; p != nil {
		return *p
	}
	return call.To.DropParams != nil && *call.To.DropParams
}
