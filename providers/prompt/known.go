package prompt

import "strings"

// family is some models that were trained on one format.
type family struct {
	models []string // each is words that are all in the model's name, in small letters
	source string   // where the format is described
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
	const bedrock = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-"
	switch provider {
	case "ollama":
		return []family{{[]string{""}, "https://docs.litellm.ai/docs/providers/ollama", ollama}}
	case "anthropic", "anthropic_text":
		return []family{{[]string{"claude-2", "claude-instant"}, "https://docs.claude.com/en/api/complete", humanAndAI("Human", "Assistant")}}
	case "azure_text":
		return []family{{[]string{""}, "https://learn.microsoft.com/azure/ai-services/openai/reference#completions", joined("")}}
	case "aleph_alpha":
		return []family{{[]string{"control"}, "https://docs.aleph-alpha.com/docs/introduction/luminous/", luminousControl}}
	case "sagemaker":
		return []family{{[]string{"llama-2 chat"}, "https://huggingface.co/meta-llama/Llama-2-7b-chat-hf", llama2}}
	case "watsonx", "watsonx_text":
		return []family{
			{[]string{"granite chat"}, "https://www.ibm.com/docs/en/watsonx/w-and-w/2.0.x?topic=models-granite-13b-chat-v2-prompting-tips", granite},
			{[]string{"ibm-mistral"}, "https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.1", mistralInstruct},
		}
	case "bedrock":
		return []family{
			{[]string{"amazon.titan-text"}, bedrock + "titan-text.html", humanAndAI("User", "Bot")},
			{[]string{"anthropic. claude-2.1", "anthropic. claude-v2:1"}, bedrock + "anthropic-claude-text-completion.html", claude21},
			{[]string{"anthropic."}, bedrock + "anthropic-claude-text-completion.html", humanAndAI("Human", "Assistant")},
			{[]string{"mistral."}, bedrock + "mistral-text-completion.html", mistralInstruct},
			{[]string{"llama2 chat"}, bedrock + "meta.html", llama2},
			{[]string{"llama3 instruct", "llama4 instruct"}, bedrock + "meta.html", llama3},
			{[]string{"cohere."}, bedrock + "cohere-command.html", cohereCommand},
			{[]string{"deepseek_r1", "deepseek.r1"}, bedrock + "deepseek.html", deepseekR1},
			{[]string{"qwen"}, "https://huggingface.co/Qwen/Qwen3-8B", chatML},
			{[]string{"twelvelabs"}, bedrock + "pegasus.html", named},
			{[]string{"ai21."}, bedrock + "jurassic2.html", joined("")},
		}
	}
	return nil
}

// made lists the formats of models under the names their makers publish them
// by. The first that fits counts.
func made() []family {
	const hub = "https://huggingface.co/"
	return []family{
		{[]string{"meta-llama/llama-2 chat", "togethercomputer/llama-2 chat", "togethercomputer/llama-2 instruct"}, hub + "meta-llama/Llama-2-7b-chat-hf", llama2},
		{[]string{"meta-llama/llama-3 instruct", "meta-llama-3 instruct"}, hub + "meta-llama/Meta-Llama-3-8B-Instruct", llama3},
		{[]string{"codellama/codellama instruct", "togethercomputer/codellama instruct"}, hub + "codellama/CodeLlama-7b-Instruct-hf", llama2},
		{[]string{"tiiuae/falcon-180b-chat"}, hub + "tiiuae/falcon-180B-chat", falconChat},
		{[]string{"tiiuae/falcon instruct"}, hub + "tiiuae/falcon-7b-instruct", falconInstruct},
		{[]string{"mosaicml/mpt chat"}, hub + "mosaicml/mpt-7b-chat", mpt},
		{[]string{"wizardlm/wizardcoder"}, hub + "WizardLM/WizardCoder-Python-34B-V1.0", wizardCoder},
		{[]string{"phind/phind-codellama"}, hub + "Phind/Phind-CodeLlama-34B-v2", phind},
		{[]string{"gryphe/mythomax-l2-13b", "gryphe/mythomix-l2-13b", "gryphe/mythologic-l2-13b"}, hub + "Gryphe/MythoMax-L2-13b", alpaca},
		{[]string{"mistralai/mistral instruct", "mistralai/mixtral instruct"}, hub + "mistralai/Mistral-7B-Instruct-v0.1", mistral},
		{[]string{"deepseek-r1"}, hub + "deepseek-ai/DeepSeek-R1", deepseekR1},
		{[]string{"qwen/qwen chat", "qwen/qwen instruct", "qwen/qwen3", "teknium/openhermes", "nousresearch/hermes"}, hub + "teknium/OpenHermes-2.5-Mistral-7B", chatML},
		{[]string{"huggingfaceh4/zephyr"}, hub + "HuggingFaceH4/zephyr-7b-beta", zephyr},
		{[]string{"google/gemma -it"}, hub + "google/gemma-7b-it", gemma},
		{[]string{"microsoft/phi-3 instruct"}, hub + "microsoft/Phi-3-mini-4k-instruct", phi3},
		{[]string{"ibm/granite chat"}, "https://www.ibm.com/docs/en/watsonx/w-and-w/2.0.x?topic=models-granite-13b-chat-v2-prompting-tips", granite},
	}
}
