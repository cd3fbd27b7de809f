package prompt

import "strings"

// family is some models that were trained on one format. Above each, in the
// tables below, stands the page that describes it.
type family struct {
	models []string // each is words that are all in the model's name, in small letters
	format Format
}

func (f family) has(model string) bool {
	for _, words := range f.models {
		all := true
		for word := range strings.FieldsSeq(words) {
			all = all && strings.Contains(model, word)
		}
		if all {
			return true
		}
	}
	return false
}

// known finds the format of a model, whose name is in small letters: by the
// provider's own names, then by those of the model's makers.
func known(provider, model string) (Format, bool) {
	for _, f := range append(hosted(provider), made()...) {
		if f.has(model) {
			return f.format, true
		}
	}
	return nil, false
}

// hosted lists the formats that a provider's API asks for, whoever made the
// model, and those of models under names that only the provider gives them.
func hosted(provider string) []family {
	switch provider {
	case "ollama":
		// https://docs.litellm.ai/docs/providers/ollama
		return []family{{[]string{""}, ollama}}
	case "anthropic", "anthropic_text":
		// https://docs.anthropic.com/en/api/prompt-validation
		return []family{{[]string{"claude-2", "claude-instant"}, humanAndAI("Human", "Assistant")}}
	case "azure_text":
		// https://learn.microsoft.com/azure/ai-services/openai/reference#completions
		return []family{{[]string{""}, joined("")}}
	case "aleph_alpha":
		// https://docs.litellm.ai/docs/providers/aleph_alpha
		return []family{{[]string{"control"}, luminousControl}}
	case "sagemaker":
		// https://huggingface.co/meta-llama/Llama-2-7b-chat-hf
		return []family{{[]string{"llama-2 chat"}, llama2}}
	case "watsonx", "watsonx_text":
		return []family{
			// https://www.ibm.com/docs/en/watsonx/w-and-w/2.0.x?topic=models-granite-13b-chat-v2-prompting-tips
			{[]string{"granite chat"}, granite},
			// https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.1
			{[]string{"ibm-mistral"}, mistralInstruct},
		}
	case "bedrock":
		return []family{
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
			{[]string{"amazon.titan-text"}, humanAndAI("User", "Bot")},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-text-completion.html
			{[]string{"anthropic. claude-2.1", "anthropic. claude-v2:1"}, claude21},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-text-completion.html
			{[]string{"anthropic."}, humanAndAI("Human", "Assistant")},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
			{[]string{"mistral."}, mistralInstruct},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
			{[]string{"llama2 chat"}, llama2},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
			{[]string{"llama3 instruct", "llama4 instruct"}, llama3},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
			{[]string{"cohere."}, cohereCommand},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-deepseek.html
			{[]string{"deepseek_r1", "deepseek.r1"}, deepseekR1},
			// https://huggingface.co/Qwen/Qwen3-8B
			{[]string{"qwen"}, chatML},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-pegasus.html
			{[]string{"twelvelabs"}, named},
			// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jurassic2.html
			{[]string{"ai21."}, joined("")},
		}
	}
	return nil
}

// made lists the formats of models under the names their makers publish them
// by. The first that fits counts.
func made() []family {
	return []family{
		// https://huggingface.co/meta-llama/Llama-2-7b-chat-hf
		{[]string{"meta-llama/llama-2 chat", "togethercomputer/llama-2 chat", "togethercomputer/llama-2 instruct"}, llama2},
		// https://huggingface.co/meta-llama/Meta-Llama-3-8B-Instruct
		{[]string{"meta-llama/llama-3 instruct", "meta-llama-3 instruct"}, llama3},
		// https://huggingface.co/codellama/CodeLlama-7b-Instruct-hf
		{[]string{"codellama/codellama instruct", "togethercomputer/codellama instruct"}, llama2},
		// https://huggingface.co/tiiuae/falcon-180B-chat
		{[]string{"tiiuae/falcon-180b-chat"}, falconChat},
		// https://huggingface.co/tiiuae/falcon-7b-instruct
		{[]string{"tiiuae/falcon instruct"}, falconInstruct},
		// https://huggingface.co/mosaicml/mpt-7b-chat
		{[]string{"mosaicml/mpt chat"}, mpt},
		// https://huggingface.co/WizardLM/WizardCoder-Python-34B-V1.0
		{[]string{"wizardlm/wizardcoder"}, wizardCoder},
		// https://huggingface.co/Phind/Phind-CodeLlama-34B-v2
		{[]string{"phind/phind-codellama"}, phind},
		// https://huggingface.co/Gryphe/MythoMax-L2-13b
		{[]string{"gryphe/mythomax-l2-13b", "gryphe/mythomix-l2-13b", "gryphe/mythologic-l2-13b"}, alpaca},
		// https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.1
		{[]string{"mistralai/mistral-7b-instruct-v0.1", "mistralai/mistral-7b-instruct-v0.2", "mistralai/mixtral-8x7b-instruct"}, mistral},
		// https://github.com/mistralai/cookbook/blob/main/concept-deep-dive/tokenization/templates.md
		{[]string{"mistralai/mistral-7b-instruct", "mistralai/mixtral instruct", "mistralai/mistral-large-instruct-2407", "mistralai/mistral-small-instruct", "mistralai/codestral-22b"}, mistralV3},
		// https://huggingface.co/deepseek-ai/DeepSeek-R1
		{[]string{"deepseek-r1"}, deepseekR1},
		// https://huggingface.co/teknium/OpenHermes-2.5-Mistral-7B
		{[]string{"qwen/qwen chat", "qwen/qwen instruct", "qwen/qwen3", "teknium/openhermes", "nousresearch/hermes"}, chatML},
		// https://huggingface.co/HuggingFaceH4/zephyr-7b-beta
		{[]string{"huggingfaceh4/zephyr"}, zephyr},
		// https://huggingface.co/google/gemma-7b-it
		{[]string{"google/gemma -it"}, gemma},
		// https://huggingface.co/microsoft/Phi-3-mini-4k-instruct
		{[]string{"microsoft/phi-3 instruct"}, phi3},
		// https://www.ibm.com/docs/en/watsonx/w-and-w/2.0.x?topic=models-granite-13b-chat-v2-prompting-tips
		{[]string{"ibm/granite chat"}, granite},
	}
}
