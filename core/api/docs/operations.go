package docs

// about is what is said of an operation beside its route.
type about struct {
	summary string
	// A request that has a body has an example: an object or, with form, the
	// fields of a form that are no files. Members of it, and needs, are described.
	example string
	needs   []string // members that must be there; a model in the path need not
	form    bool
	raw     bool              // whatever the vendor takes
	path    string            // an example of the last name in the path
	query   map[string]string // examples of parameters that must be there
	members []string          // those that an object in reply always has; nil: it is no object
	others  []string          // what else the reply may be, as content types
	words   words
}

// tags are the functions, which routes are listed by.
func tags() []map[string]string {
	return []map[string]string{
		{"name": "chat", "description": "Chats, completions, responses, messages"},
		{"name": "embed", "description": "Embeddings, moderations, rankings"},
		{"name": "media", "description": "Images, speech, transcriptions"},
		{"name": "admin", "description": "Keys, teams, users"},
		{"name": "pass", "description": "Vendors' own APIs, as they are"},
		{"name": "meta", "description": "Models, token counts, health"},
	}
}

// operations are by method and path, as key has them. The model of the examples
// is the one that answers without a network.
func operations() map[string]about {
	events := []string{"text/event-stream"}
	texts := []string{"text/plain", "text/vtt", "application/x-subrip"}
	anything := []string{"*/*"}
	value := []string{"application/json"}
	completion := []string{"id", "object", "created", "model", "choices"}
	response := []string{"id", "object", "created_at", "model", "output", "status"}
	images := []string{"created", "data"}
	return map[string]about{
		"POST /chat/completions": {
			summary: "Create a chat completion",
			example: `{"model": "demo", "messages": [{"role": "user", "content": "Hello!"}], "stream": false}`,
			needs:   []string{"model", "messages"}, members: completion, others: events,
		},
		"POST /completions": {
			summary: "Complete a text", example: `{"model": "demo", "prompt": "Once upon a time", "stream": false}`,
			needs: []string{"model", "prompt"}, members: completion, others: events,
		},
		"POST /adapters/{adapter_id}/completions": {
			summary: "Complete with an adapter of the gateway's own", example: `{"messages": [{"role": "user", "content": "Hello!"}]}`,
			members: completion, others: events,
		},
		"POST /responses": {
			summary: "Create a response", example: `{"model": "demo", "input": "Hello!", "stream": false}`,
			needs: []string{"model"}, members: response, others: events,
		},
		"GET /responses/{id}":             {summary: "Retrieve a response that was kept", members: response},
		"DELETE /responses/{id}":          {summary: "Delete a response that was kept", members: []string{"id", "object", "deleted"}},
		"POST /responses/{id}/cancel":     {summary: "Cancel a response in the background", members: response},
		"GET /responses/{id}/input_items": {summary: "List what a response was asked", members: []string{"object", "data"}},
		"POST /messages": {
			summary: "Create a message",
			example: `{"model": "demo", "max_tokens": 64, "messages": [{"role": "user", "content": "Hello!"}], "stream": false}`,
			needs:   []string{"model", "max_tokens", "messages"},
			members: []string{"id", "type", "role", "content", "model", "stop_reason", "usage"}, others: events, words: messages,
		},
		"POST /models/{id}": {
			summary: "Generate content, stream it or count its tokens: what the model's name ends in",
			example: `{"contents": [{"role": "user", "parts": [{"text": "Hello!"}]}]}`, path: "demo:generateContent",
			needs: []string{"contents"}, members: []string{}, others: events, words: generate,
		},
		"POST /batch/completions": {
			summary: "Create many chat completions",
			example: `{"model": "demo", "requests": [{"messages": [{"role": "user", "content": "Hello!"}]}], "max_concurrent_requests": 2}`,
			needs:   []string{"requests"}, members: []string{"object"},
		},
		"GET /batch/completions/{id}": {summary: "Retrieve a batch that nobody waits for, and its results", members: []string{"id", "object", "status", "request_counts"}},

		"POST /embeddings": {
			summary: "Embed texts", example: `{"model": "demo", "input": ["Hello!"]}`,
			needs: []string{"model", "input"}, members: []string{"object", "data", "model", "usage"},
		},
		"POST /moderations": {
			summary: "Tell what is objectionable in a text", example: `{"model": "demo", "input": "Hello!"}`,
			needs: []string{"model", "input"}, members: []string{"id", "model", "results"},
		},
		"POST /rerank": {
			summary: "Rank documents by how well they answer", example: `{"model": "demo", "query": "The capital of France", "documents": ["Berlin", "Paris"]}`,
			needs: []string{"model", "query", "documents"}, members: []string{"id", "results"},
		},

		"POST /images/generations": {
			summary: "Create images", example: `{"model": "demo", "prompt": "A gate"}`, needs: []string{"model", "prompt"}, members: images,
		},
		"POST /images/edits": {
			summary: "Edit an image", example: `{"model": "demo", "prompt": "Open the gate"}`, form: true, needs: []string{"model", "prompt", "image"}, members: images,
		},
		"POST /images/variations": {
			summary: "Vary an image", example: `{"model": "demo"}`, form: true, needs: []string{"model", "image"}, members: images,
		},
		"POST /audio/speech": {
			summary: "Speak a text", example: `{"model": "demo", "input": "Hello!", "voice": "alloy"}`,
			needs: []string{"model", "input", "voice"}, others: []string{"audio/*"},
		},
		"POST /audio/transcriptions": {
			summary: "Write down what is spoken", example: `{"model": "demo"}`, form: true,
			needs: []string{"model", "file"}, members: []string{"text"}, others: texts,
		},
		"POST /audio/translations": {
			summary: "Write down in English what is spoken", example: `{"model": "demo"}`, form: true,
			needs: []string{"model", "file"}, members: []string{"text"}, others: texts,
		},

		"ANY /vendor/{path}": {summary: "Ask a vendor's own API: what follows is its path", raw: true, others: anything},
		"ANY /{path}":        {summary: "Ask what the configuration's pass_through_endpoints name", raw: true, others: anything},

		"POST /messages/count_tokens": {
			summary: "Count the tokens of a message", example: `{"model": "demo", "messages": [{"role": "user", "content": "Hello!"}]}`,
			needs: []string{"model", "messages"}, members: []string{"input_tokens"}, words: messages,
		},
		"POST /utils/token_counter": {
			summary: "Count the tokens of messages or of a prompt", example: `{"model": "demo", "messages": [{"role": "user", "content": "Hello!"}]}`,
			needs: []string{"model"}, members: []string{"total_tokens", "request_model", "model_used", "tokenizer_type"},
		},
		"POST /utils/transform_request": {
			summary: "Show what a provider would be asked", example: `{"call_type": "completion", "request_body": {"model": "openai/gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}}`,
			needs: []string{"call_type", "request_body"}, members: []string{"raw_request_api_base", "raw_request_headers", "raw_request_body"},
		},
		"GET /utils/supported_openai_params": {summary: "List the parameters that a model takes", query: map[string]string{"model": "openai/gpt-5"}, members: []string{"supported_openai_params"}},

		"GET /model/info":                    {summary: "List deployments with their prices and limits", members: []string{"data"}},
		"GET /model_group/info":              {summary: "List models with their prices and limits", members: []string{"data"}},
		"GET /models":                        {summary: "List models", members: []string{"object", "data"}},
		"GET /models/{id}":                   {summary: "Retrieve a model", members: []string{"id", "object", "created", "owned_by"}},
		"GET /public/providers":              {summary: "List providers", others: value},
		"GET /public/model_cost_map":         {summary: "List known models with their prices and limits", members: []string{}},
		"GET /public/litellm_model_cost_map": {summary: "List known models with their prices and limits", members: []string{}},
		"GET /openapi.json":                  {summary: "Describe this API", members: []string{"openapi", "info", "paths"}},
		"GET /docs":                          {summary: "Show this description, and try it", others: []string{"text/html"}},
		"GET /docs/{file}":                   {summary: "What that page loads", path: "start.js", others: anything},
		"GET /health/liveliness":             {summary: "Tell that the gateway runs", others: value},
		"GET /health/liveness":               {summary: "Tell that the gateway runs", others: value},
		"GET /health/readiness":              {summary: "Tell that the gateway takes requests", members: []string{"status"}},
		"GET /health": {
			summary: "Try every deployment", members: []string{"healthy_endpoints", "unhealthy_endpoints", "healthy_count", "unhealthy_count"},
		},
	}
}
