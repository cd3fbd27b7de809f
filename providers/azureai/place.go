package azureai

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// encode writes the request in the format's own way and sends it where Azure
// has it.
func encode(call *llm.Call, theirs func(*llm.Call) (*wire.Request, error)) (*wire.Request, error) {
	req, err := theirs(call)
	if err != nil {
		return nil, err
	}
	base, query, _ := strings.Cut(call.To.Base, "?")
	u, err := url.Parse(base)
	if err != nil {
		return req, nil // wire says what is wrong with it
	}
	path := strings.TrimRight(u.Path, "/")
	if isClaude(call.To) {
		req.Path = under(path, "/anthropic/v1/messages")
		return req, nil
	}
	version := call.To.Settings["api_version"]
	dated := version != "" && version != "v1" && version != "preview" && version != "latest"
	host := u.Hostname()
	switch {
	case path != "" && !strings.HasSuffix(path, "/models") && !strings.HasSuffix(path, "/openai"):
		req.Path = under(path, "/chat/completions")
	case strings.HasSuffix(path, "/models"), dated && strings.HasSuffix(host, ".services.ai.azure.com"):
		req.Path = under(path, "/models/chat/completions")
	case isResource(host):
		req.Path = under(path, "/openai/v1/chat/completions")
	case strings.HasSuffix(host, ".models.ai.azure.com"):
		req.Path = "/v1/chat/completions"
	default:
		req.Path = "/chat/completions"
	}
	inference(call, req, path+req.Path, query, version)
	return req, nil
}

// inference completes a request to the Model Inference API: its version, and
// leave for members that are not its own.
// Source: https://learn.microsoft.com/en-us/rest/api/aifoundry/model-inference/get-chat-completions/get-chat-completions
func inference(call *llm.Call, req *wire.Request, path, query, version string) {
	if !strings.Contains(path, "/models/chat/completions") {
		if version != "" && version != "v1" && !strings.Contains(query, "api-version=") && !strings.Contains(path, "/openai/v1") {
			req.Query = url.Values{"api-version": {version}}
		}
		return
	}
	if !strings.Contains(query, "api-version=") {
		if version == "" {
			version = DefaultVersion
		}
		req.Query = url.Values{"api-version": {version}}
	}
	own := []string{
		"messages", "model", "stream", "frequency_penalty", "presence_penalty", "temperature", "top_p", "max_tokens",
		"response_format", "stop", "tools", "tool_choice", "seed", "modalities",
	}
	body, err := raw.Parse(req.Body)
	if err != nil {
		return // written by the format, so it is one
	}
	for name := range body.All() {
		if !slices.Contains(own, name) {
			req.Header = req.Header.Clone()
			req.Header["Extra-Parameters"] = []string{"pass-through"}
			return
		}
	}
}

// under is what is left of a path after what a base has of it already.
func under(base, path string) string {
	for i := len(path); i > 0; i-- {
		if (i == len(path) || path[i] == '/') && strings.HasSuffix(base, path[:i]) {
			return path[i:]
		}
	}
	return path
}

// isResource tells the hosts of Azure's resources, which take keys in a header
// of Azure's.
func isResource(host string) bool {
	for _, domain := range []string{".services.ai.azure.com", ".openai.azure.com", ".cognitiveservices.azure.com"} {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}

// sendKey puts a key where it is looked for, as the vendors' clients do: into
// Azure's header at a resource, the usual one at a serverless deployment, both
// for the Model Inference API, and Anthropic's for its format.
func sendKey(r *http.Request, key string) {
	resource := isResource(r.URL.Hostname())
	inference := strings.Contains(r.URL.Path, "/models/")
	claude := strings.Contains(r.URL.Path, "/anthropic/")
	if resource || inference {
		r.Header.Set("Api-Key", key)
	}
	switch {
	case claude:
		r.Header.Set("X-Api-Key", key)
	case !resource || inference:
		r.Header.Set("Authorization", "Bearer "+key)
	}
}
