package upstream

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// openAIMembers lists the members of CreateChatCompletionRequest in OpenAI's
// API description, plus "functions" and "function_call", its older words.
const openAIMembers = `audio frequency_penalty function_call functions logit_bias logprobs
max_completion_tokens max_tokens messages metadata modalities model moderation n
parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier
stop store stream stream_options temperature tool_choice tools top_logprobs top_p user
verbosity web_search_options`

type openAIRequest struct {
	Model               string          `json:"model"`
	Stream              bool            `json:"stream"`
	N                   *int            `json:"n"`
	MaxTokens           int             `json:"max_tokens"`
	MaxCompletionTokens int             `json:"max_completion_tokens"`
	Stop                json.RawMessage `json:"stop"`
	ParallelToolCalls   *bool           `json:"parallel_tool_calls"`
	ToolChoice          json.RawMessage `json:"tool_choice"`
	StreamOptions       struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	ResponseFormat struct {
		Type       string `json:"type"`
		JSONSchema struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
	Tools []struct {
		Function struct {
			Name       string          `json:"name"`
			Parameters json.RawMessage `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
	Messages []askedMessage `json:"messages"`
}

// askedMessage is a message of a chat, which Cohere has the same.
type askedMessage struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

// read collects what a conversation asks, and the tool results at its end.
func (a *ask) read(messages []askedMessage) {
	for _, m := range messages {
		text, images := openAIContent(m.Content)
		a.images = append(a.images, images...)
		switch m.Role {
		case "tool":
			a.results = append(a.results, text)
			continue
		case "user":
			a.last = text
		}
		a.results = nil
	}
}

func readOpenAI(r *http.Request, body []byte) (ask, *failure) {
	var q openAIRequest
	a := ask{model: modelInPath(r.URL.Path), choices: 1}
	if !strings.HasSuffix(r.URL.Path, "/chat/completions") {
		return a, &failure{status: 404, message: fmt.Sprintf("Invalid URL (%s %s)", r.Method, r.URL.Path), kind: "invalid_request_error"}
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || json.Unmarshal(body, &q) != nil {
		return a, badRequest("", "", "We could not parse the JSON body of your request.")
	}
	if q.Model != "" {
		a.model = q.Model
	}
	a.stream, a.usage = q.Stream, q.StreamOptions.IncludeUsage
	if refused := keyless(r); refused != nil {
		return a, refused
	}
	// "Unrecognized request argument supplied: top_k": github.com/xlinx/sd-webui-decadetw-auto-prompt-llm/issues/29
	if odd, is := unknown(members, strings.Fields(openAIMembers)); is {
		a.odd = badRequest("", "", "Unrecognized request argument supplied: %s", odd)
	}
	if len(q.Messages) == 0 {
		return a, badRequest("messages", "missing_required_parameter", "Missing required parameter: 'messages'.")
	}
	if q.N != nil {
		a.choices = min(max(*q.N, 1), 128)
	}
	a.maxTokens = max(q.MaxTokens, q.MaxCompletionTokens)
	a.stop = oneOrMore(q.Stop)
	a.single = q.ParallelToolCalls != nil && !*q.ParallelToolCalls
	a.must = namedTool(q.ToolChoice)
	for _, t := range q.Tools {
		a.tools = append(a.tools, tool{t.Function.Name, t.Function.Parameters})
	}
	switch q.ResponseFormat.Type {
	case "json_schema":
		a.schema = q.ResponseFormat.JSONSchema.Schema
	case "json_object":
		a.schema = json.RawMessage(anyAnswer)
	}
	a.read(q.Messages)
	return a, nil
}

// anyAnswer is the schema of an object when none was given.
const anyAnswer = `{"type":"object","properties":{"answer":{"type":"string"}}}`

// openAIContent reads a message's content: a string, or parts of text and
// images.
func openAIContent(raw json.RawMessage) (text string, images []string) {
	if json.Unmarshal(raw, &text) == nil {
		return text, nil
	}
	var parts []struct {
		Text     string `json:"text"`
		ImageURL *struct {
			URL string `json:"url"`
		} `json:"image_url"`
	}
	_ = json.Unmarshal(raw, &parts) // other content is no text and no image
	var texts []string
	for _, p := range parts {
		if p.ImageURL != nil {
			images = append(images, picture(p.ImageURL.URL))
		} else {
			texts = append(texts, p.Text)
		}
	}
	return strings.Join(texts, " "), images
}

// picture describes an image: a data URL by type and size, any other by
// itself.
func picture(url string) string {
	rest, ok := strings.CutPrefix(url, "data:")
	kind, data, base64ed := strings.Cut(rest, ";base64,")
	if !ok || !base64ed {
		return url
	}
	return sized(kind, data)
}

func sized(kind, data string) string {
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return kind + ", damaged"
	}
	return fmt.Sprintf("%s, %d bytes", kind, len(raw))
}

// modelInPath reads Azure's /deployments/{model}/ and the older
// /engines/{model}/.
func modelInPath(path string) string {
	for _, before := range []string{"/deployments/", "/engines/"} {
		if _, after, ok := strings.Cut(path, before); ok {
			model, _, _ := strings.Cut(after, "/")
			return model
		}
	}
	return ""
}

func oneOrMore(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	var more []string
	_ = json.Unmarshal(raw, &more) // null and absent are none
	return more
}

// namedTool reads {"type":"function","function":{"name":...}}; the words auto,
// none and required name none.
func namedTool(raw json.RawMessage) string {
	var choice struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	_ = json.Unmarshal(raw, &choice)
	return choice.Function.Name
}
