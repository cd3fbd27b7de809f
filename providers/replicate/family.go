package replicate

import "strings"

// family is some models whose inputs have the same names.
type family struct {
	models   []string // each is a part of the model's name
	limit    string   // the most tokens to write
	system   string   // what the system says; "" when it is said in the prompt
	history  string   // a list of OpenAI's messages; "" when the prompt is all
	template string   // disables the marks that the model puts around a prompt, see marked
	files    map[string]input
	takes    []string // OpenAI's members that the models have under the same name
	stops    bool     // stop_sequences end the text
	thinking thinking
}

// input is where files of a kind go.
type input struct {
	name string
	list bool
}

// thinking is how a model is told how much to think.
type thinking struct{ on, budget, level string }

// families are in the order in which they are tried. Above each stands a page
// with the inputs of one of its models. The last is LiteLLM's guess, for models
// of which nothing is known.
func families() []family {
	sampling := []string{"temperature", "top_p", "seed"}
	engine := []string{"temperature", "top_p", "seed", "presence_penalty", "frequency_penalty"}
	pictures := map[string]input{"image_url": {"images", true}, "video_url": {"videos", true}, "input_audio": {"audio", false}}
	return []family{
		// https://docs.litellm.ai/docs/providers/replicate
		{models: []string{"vicuna", "flan"}, limit: "max_length", takes: sampling, stops: true},
		// https://replicate.com/openai/gpt-5-nano/api
		{
			models: []string{"openai/gpt-4", "openai/gpt-5", "openai/o"}, limit: "max_completion_tokens",
			system: "system_prompt", history: "messages", files: map[string]input{"image_url": {"image_input", true}},
			takes: []string{"temperature", "top_p", "presence_penalty", "frequency_penalty", "reasoning_effort", "verbosity"},
		},
		// https://replicate.com/anthropic/claude-4-sonnet/api
		{
			models: []string{"anthropic/"}, limit: "max_tokens", system: "system_prompt",
			files:    map[string]input{"image_url": {"image", false}},
			thinking: thinking{on: "extended_thinking", budget: "thinking_budget_tokens"},
		},
		// https://replicate.com/google/gemini-3-flash/api
		{
			models: []string{"google/gemini-3"}, limit: "max_output_tokens", system: "system_instruction",
			files: pictures, takes: []string{"temperature", "top_p"}, thinking: thinking{level: "thinking_level"},
		},
		// https://replicate.com/google/gemini-2.5-flash/api
		{
			models: []string{"google/gemini"}, limit: "max_output_tokens", system: "system_instruction",
			files: pictures, takes: []string{"temperature", "top_p"}, thinking: thinking{budget: "thinking_budget"},
		},
		// https://replicate.com/ibm-granite/granite-3.3-8b-instruct/api
		{models: []string{"ibm-granite/granite-3.3"}, limit: "max_tokens", system: "system_prompt", history: "messages", takes: engine, stops: true},
		// https://replicate.com/meta/llama-2-13b-chat/api/schema
		{models: []string{"meta/llama-2"}, limit: "max_tokens", system: "system_prompt", takes: sampling, stops: true},
		// https://replicate.com/meta/meta-llama-3.1-405b-instruct/api and https://github.com/replicate/cog-vllm
		{
			models: []string{"meta/", "mistralai/", "deepseek-ai/", "openai/gpt-oss", "ibm-granite/", "snowflake/"},
			limit:  "max_tokens", system: "system_prompt", template: "prompt_template", takes: engine, stops: true,
		},
		// https://docs.litellm.ai/docs/providers/replicate
		{models: []string{""}, limit: "max_new_tokens", files: map[string]input{"image_url": {"image", false}}, takes: sampling, stops: true},
	}
}

func familyOf(model string) family {
	model = strings.ToLower(model)
	all := families()
	for _, f := range all[:len(all)-1] {
		for _, words := range f.models {
			if strings.Contains(model, words) {
				return f
			}
		}
	}
	return all[len(all)-1]
}
