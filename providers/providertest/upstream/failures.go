package upstream

// The vendors' own refusals, by scenario name. Where a text was seen is named
// by the report that quotes it; statuses and types are those of the vendors'
// error pages.

func openAIFailures() map[string]failure {
	const invalid = "invalid_request_error"
	return map[string]failure{
		"400": {status: 400, kind: invalid, param: "temperature", code: "decimal_above_max_value", message: "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead."},
		// github.com/crewAIInc/crewAI-examples/issues/121
		"400-context": {status: 400, kind: invalid, param: "messages", code: "context_length_exceeded", message: "This model's maximum context length is 8192 tokens. However, your messages resulted in 8227 tokens. Please reduce the length of the messages."},
		// github.com/BeehiveInnovations/pal-mcp-server/issues/178
		"400-policy": {status: 400, kind: invalid, code: "invalid_prompt", message: "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting"},
		// github.com/continuedev/continue/issues/11409
		"401": {status: 401, kind: invalid, code: "invalid_api_key", message: "Incorrect API key provided: sk-fake**********key1. You can find your API key at https://platform.openai.com/account/api-keys."},
		// github.com/continuedev/continue/issues/10120
		"403": {status: 403, kind: invalid, code: "model_not_found", message: "Project `proj_fake` does not have access to model `403`"},
		"404": {status: 404, kind: invalid, code: "model_not_found", message: "The model `404` does not exist or you do not have access to it."},
		"422": {status: 422, kind: invalid, message: "The request was well-formed but could not be processed."},
		// github.com/feder-cr/invisible_playwright_mcp/issues/249
		"429": {status: 429, kind: "requests", code: "rate_limit_exceeded", retryAfter: 20, message: "Rate limit reached for gpt-4o-mini in organization org-fake on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s. Visit https://platform.openai.com/account/rate-limits to learn more."},
		// github.com/acheong08/ChatGPT/issues/607
		"500": {status: 500, kind: "server_error", message: "The server had an error while processing your request. Sorry about that!"},
		// github.com/ikechan8370/chatgpt-plugin/issues/125
		"503": {status: 503, kind: "server_error", message: "That model is currently overloaded with other requests. You can retry your request, or contact us through our help center at help.openai.com if the error persists."},
		"529": {status: 529, kind: "server_error", message: "The engine is currently overloaded, please try again later"},
	}
}

func anthropicFailures() map[string]failure {
	const invalid = "invalid_request_error"
	return map[string]failure{
		"400": {status: 400, kind: invalid, message: "temperature: range: 0..1"},
		// github.com/anthropics/claude-code/issues/12186
		"400-context": {status: 400, kind: invalid, message: "prompt is too long: 208310 tokens > 200000 maximum"},
		// github.com/anthropics/claude-code/issues/58367
		"400-policy": {status: 400, kind: invalid, message: "Output blocked by content filtering policy"},
		// github.com/ITSpecialist111/ai_automation_suggester/issues/153
		"401": {status: 401, kind: "authentication_error", message: "invalid x-api-key"},
		"403": {status: 403, kind: "permission_error", message: "Your API key does not have permission to use the specified resource."},
		"404": {status: 404, kind: "not_found_error", message: "model: 404"},
		"422": {status: 422, kind: invalid, message: "The request was well-formed but could not be processed."},
		// github.com/anthropics/claude-code/issues/71670
		"429": {status: 429, kind: "rate_limit_error", retryAfter: 20, message: "This request would exceed your account's rate limit. Please try again later."},
		// github.com/anthropics/claude-code/issues/61368
		"500": {status: 500, kind: "api_error", message: "Internal server error"},
		"503": {status: 503, kind: "api_error", message: "Service unavailable"},
		// github.com/anthropics/claude-code/issues/35792
		"529": {status: 529, kind: "overloaded_error", message: "Overloaded"},
	}
}
