package tollgate_test

import (
	"slices"
	"strings"
)

// kits are what dialects are made of. They know no vendor.
const kits = "providers/audio providers/chat providers/embed providers/form providers/picture providers/prompt"

// owners are the packages below providers that may import more than a plain
// dialect: the owner of the format they speak or of the credentials they send,
// or the vendor's own library.
func owners() map[string]string {
	const awsLibraries = " github.com/aws/aws-sdk-go-v2/... github.com/aws/smithy-go/..."
	return map[string]string{
		"alephalpha":  "providers/openai",
		"anthropic":   "providers/anthropic/answer providers/anthropic/schema",
		"assemblyai":  "providers/openai",
		"aws":         awsLibraries,
		"azure":       "providers/openai",
		"azureai":     "providers/azure providers/openai providers/anthropic",
		"bedrock":     "providers/aws providers/anthropic providers/openai providers/bedrock/answer providers/bedrock/converse providers/bedrock/pictures providers/bedrock/vectors providers/cohere/vectors" + awsLibraries,
		"cloudflare":  "providers/openai",
		"cohere":      "providers/cohere/vectors",
		"databricks":  "providers/openai",
		"gemini":      "providers/gemini/answer providers/gemini/media providers/gemini/model providers/gemini/vectors",
		"google":      "golang.org/x/oauth2/...",
		"huggingface": "providers/openai",
		"mistral":     "providers/openai",
		"openai":      "providers/openai/operations providers/openai/responses providers/openai/usage",
		"polly":       "providers/aws",
		"predibase":   "providers/openai",
		"recraft":     "providers/openai",
		"sagemaker":   "providers/aws providers/huggingface providers/openai" + awsLibraries,
		"snowflake":   "providers/anthropic providers/openai",
		"vertex":      "providers/gemini providers/gemini/media providers/gemini/model providers/gemini/vectors providers/google providers/anthropic providers/openai",
		"watsonx":     "providers/openai",
	}
}

func owned() string {
	var names []string
	for name := range owners() {
		names = append(names, "providers/"+name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func ownerRules() []rule {
	var rules []rule
	for name, owner := range owners() {
		rules = append(rules, rule{
			from: "providers/" + name, deny: "ours others",
			allow:  "core/llm core/raw core/sse providers/wire " + kits + " " + owner,
			why:    name + " speaks its owner's dialect, or sends its owner's credentials, and knows no other",
			breach: "providers/" + name + " providers/demo",
		})
	}
	return rules
}
