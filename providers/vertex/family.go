package vertex

import (
	"net/url"
	"path"
	"strings"

	"github.com/tollgate-llm/tollgate/providers/openai"
)

// family is how a model is spoken to.
type family uint8

const (
	googles   family = iota // Gemini, and what is tuned from it
	claude                  // Anthropic's models
	mistralai               // Mistral's: OpenAI's format with Mistral's quirks
	jamba                   // AI21's: OpenAI's format
	maas                    // other vendors', which all have one OpenAI-compatible address
	endpoint                // an endpoint of one's own that serves OpenAI's format
)

// familyOf reads LiteLLM's names: gemini-2.5-pro, claude-opus-4-6,
// meta/llama-4-scout, mistral-large-2411@001, openai/5464397967697903616 for an
// endpoint of one's own, gemini/4965075652664360960 for one with a tuned
// Gemini, and Google's with the publisher before the model.
func familyOf(model string) family {
	publisher, name, slash := strings.Cut(model, "/")
	switch {
	case publisher == "openai" && digits(name):
		return endpoint
	case publisher == "google", publisher == "gemini":
		return googles
	case publisher == "anthropic", strings.HasPrefix(model, "claude"):
		return claude
	case publisher == "mistralai", !slash && (strings.HasPrefix(model, "mistral") || strings.HasPrefix(model, "codestral")):
		return mistralai
	case publisher == "ai21", strings.HasPrefix(model, "jamba"):
		return jamba
	case slash, strings.HasSuffix(model, "-maas"):
		return maas
	}
	return googles
}

// resource is a model's address below its location.
func resource(model string) string {
	f, name := familyOf(model), url.PathEscape(path.Base(model))
	switch {
	case f == maas:
		return "/endpoints/openapi"
	case f == endpoint, f == googles && digits(name):
		return "/endpoints/" + name
	}
	return "/publishers/" + [...]string{googles: "google", claude: "anthropic", mistralai: "mistralai", jamba: "ai21"}[f] + "/models/" + name
}

// verb is what to do there.
func (f family) verb(stream bool) string {
	switch {
	case f == maas || f == endpoint:
		return "/chat/completions"
	case f == googles && stream:
		return ":streamGenerateContent"
	case f == googles:
		return ":generateContent"
	case stream:
		return ":streamRawPredict"
	}
	return ":rawPredict"
}

// inBody is the model's name in the body, where it differs from the address's:
// without its version, and of an endpoint, which has one model, none.
func (f family) inBody(model string) string {
	if f == endpoint {
		return ""
	}
	name, _, _ := strings.Cut(path.Base(model), "@")
	return name
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// mistral is where Mistral's API departs from OpenAI's.
// https://docs.mistral.ai/deployment/cloud/vertex/
var mistral = openai.Quirks{
	Rename:          map[string]string{"max_completion_tokens": "max_tokens", "seed": "random_seed"},
	Unsupported:     []string{"logit_bias", "service_tier", "store", "user"},
	NoStreamOptions: true,
}
