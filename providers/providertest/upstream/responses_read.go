package upstream

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// responseMembers lists client_metadata, which OpenAI's own client Codex sends
// (@openai/codex 0.169.0), and the members of schema CreateResponse in OpenAI's API
// description.
const responseMembers = `background context_management conversation include input instructions
max_output_tokens max_tool_calls metadata model moderation parallel_tool_calls
previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention
reasoning safety_identifier service_tier store stream stream_options temperature text
tool_choice tools top_logprobs top_p truncation user
client_metadata`

type responseRequest struct {
	Parallel *bool `json:"parallel_tool_calls"`
	Text     struct {
		Format struct {
			Type   string          `json:"type"`
			Schema json.RawMessage `json:"schema"`
		} `json:"format"`
	} `json:"text"`
	Tools []struct {
		Type       string          `json:"type"`
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
	} `json:"tools"`
}

type responseItem struct {
	Type    string          `json:"type"`
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
	CallID  string          `json:"call_id"`
	Output  json.RawMessage `json:"output"`
}

func readResponse(r *http.Request, body []byte) (ask, *failure) {
	a := ask{choices: 1}
	said, _, refused := readMembers(r, body)
	if refused != nil {
		return a, refused
	}
	var q responseRequest
	if json.Unmarshal(body, &q) != nil {
		return a, badRequest("", "", "We could not parse the JSON body of your request.")
	}
	a.said, a.model, a.stream = said, said.text("model"), said.flag("stream")
	if refused := keyless(r); refused != nil {
		return a, refused
	}
	// github.com/pydantic/pydantic-ai/issues/3653
	if odd, is := unknown(said, strings.Fields(responseMembers)); is {
		a.odd = badRequest(odd, "unknown_parameter", "Unknown parameter: '%s'.", odd)
	}
	a.maxTokens, a.single = said.number("max_output_tokens", 0), q.Parallel != nil && !*q.Parallel
	var choice members
	_ = json.Unmarshal(said["tool_choice"], &choice) // a word names no function
	a.must = choice.text("name")
	for _, t := range q.Tools {
		if t.Type == "function" {
			a.tools = append(a.tools, tool{t.Name, t.Parameters})
		}
	}
	switch q.Text.Format.Type {
	case "json_schema":
		a.schema = q.Text.Format.Schema
	case "json_object":
		a.schema = json.RawMessage(anyAnswer)
	}
	return a, a.readInput(said)
}

// readInput collects texts, pictures and what functions said, and holds the
// rule that translated histories break most: a result follows its call.
func (a *ask) readInput(said members) *failure {
	if json.Unmarshal(said["input"], &a.last) == nil {
		return nil
	}
	var items []responseItem
	if json.Unmarshal(said["input"], &items) != nil || len(items) == 0 {
		return badRequest("input", "missing_required_parameter", "Missing required parameter: 'input'.")
	}
	previous := said.text("previous_response_id")
	if previous != "" && len(previous) != len(responseID(0)) {
		return badRequest("previous_response_id", "previous_response_not_found", "Previous response with id '%s' not found.", previous)
	}
	var calls []string
	for _, item := range items {
		switch item.Type {
		case "function_call":
			calls = append(calls, item.CallID)
			continue
		case "function_call_output":
			// github.com/continuedev/continue/issues/10092
			if previous == "" && !slices.Contains(calls, item.CallID) {
				return badRequest("input", "", "No tool call found for function call output with call_id %s.", item.CallID)
			}
			text, _ := responseContent(item.Output)
			a.results = append(a.results, text)
			continue
		case "", "message":
			text, images := responseContent(item.Content)
			a.images = append(a.images, images...)
			if item.Role == "user" {
				a.last = text
			}
		}
		a.results = nil
	}
	return nil
}

// responseContent reads an item's content: a string, or parts of text and
// images.
func responseContent(raw json.RawMessage) (text string, images []string) {
	if json.Unmarshal(raw, &text) == nil {
		return text, nil
	}
	var parts []struct {
		Type     string `json:"type"`
		Text     string `json:"text"`
		ImageURL string `json:"image_url"`
	}
	_ = json.Unmarshal(raw, &parts) // other content is no text and no image
	var texts []string
	for _, p := range parts {
		if p.Type == "input_image" {
			images = append(images, picture(p.ImageURL))
		} else {
			texts = append(texts, p.Text)
		}
	}
	return strings.Join(texts, " "), images
}
