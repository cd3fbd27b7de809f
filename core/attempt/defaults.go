package attempt

import "github.com/tollgate-llm/tollgate/core/raw"

// withDefaults adds a deployment's parameters that the request does not set.
// OpenAI has two names for the output limit, and either sets it.
func withDefaults(body, params raw.Object) raw.Object {
	for name, v := range params.All() {
		if body.Has(name) || twin(name) != "" && body.Has(twin(name)) {
			continue
		}
		body = body.WithRaw(name, v)
	}
	return body
}

func twin(name string) string {
	switch name {
	case "max_tokens":
		return "max_completion_tokens"
	case "max_completion_tokens":
		return "max_tokens"
	}
	return ""
}
