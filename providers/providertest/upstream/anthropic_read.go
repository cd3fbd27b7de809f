package upstream

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// anthropicMembers lists the members of MessageCreateParams in anthropic
// 2.11.0, plus the sampling ones that Anthropic's API description still has and
// the members of its beta headers that gateways send.
const anthropicMembers = `cache_control container context_management diagnostics inference_geo
max_tokens mcp_servers messages metadata model output_config output_format service_tier speed
stop_sequences stream system temperature thinking tool_choice tools top_k top_p`

type anthropicRequest struct {
	Model         string   `json:"model"`
	Stream        bool     `json:"stream"`
	MaxTokens     *int     `json:"max_tokens"`
	StopSequences []string `json:"stop_sequences"`
	Tools         []struct {
		Name        string          `json:"name"`
		InputSchema json.RawMessage `json:"input_schema"`
	} `json:"tools"`
	ToolChoice struct {
		Type   string `json:"type"`
		Name   string `json:"name"`
		Single bool   `json:"disable_parallel_tool_use"`
	} `json:"tool_choice"`
	OutputConfig struct {
		Format anthropicFormat `json:"format"`
	} `json:"output_config"`
	OutputFormat anthropicFormat `json:"output_format"` // the beta's place for it
	Messages     []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	} `json:"messages"`
}

type anthropicFormat struct {
	Schema json.RawMessage `json:"schema"`
}

type anthropicBlock struct {
	Type      string          `json:"type"`
	Text      string          `json:"text"`
	ID        string          `json:"id"`
	ToolUseID string          `json:"tool_use_id"`
	Content   json.RawMessage `json:"content"`
	Source    struct {
		Type      string `json:"type"`
		MediaType string `json:"media_type"`
		Data      string `json:"data"`
		URL       string `json:"url"`
	} `json:"source"`
}

func readAnthropic(r *http.Request, body []byte) (ask, *failure) {
	var q anthropicRequest
	a := ask{choices: 1}
	invalid := func(format string, args ...any) *failure {
		return &failure{status: 400, message: fmt.Sprintf(format, args...), kind: "invalid_request_error"}
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return a, invalid("The request body is not valid JSON: %v", err)
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return a, invalid("%v", err)
	}
	a.model, a.stream = q.Model, q.Stream
	switch {
	case r.Header.Get("X-Api-Key") == "" && r.Header.Get("Authorization") == "":
		return a, &failure{status: 401, kind: "authentication_error", message: "x-api-key header is required"}
	case r.Header.Get("Anthropic-Version") == "":
		return a, invalid("anthropic-version: header is required")
	}
	// "response_format: Extra inputs are not permitted": github.com/amrit110/oli/issues/7
	if odd, is := unknown(members, strings.Fields(anthropicMembers)); is {
		a.odd = invalid("%s: Extra inputs are not permitted", odd)
	}
	if q.MaxTokens == nil {
		return a, invalid("max_tokens: Field required")
	}
	if *q.MaxTokens < 1 {
		return a, invalid("max_tokens: Input should be greater than or equal to 1")
	}
	a.maxTokens, a.stop, a.single = *q.MaxTokens, q.StopSequences, q.ToolChoice.Single
	if q.ToolChoice.Type == "tool" {
		a.must = q.ToolChoice.Name
	}
	for _, t := range q.Tools {
		if len(t.InputSchema) == 0 {
			return a, invalid("tools.0.custom.input_schema: Field required")
		}
		a.tools = append(a.tools, tool{t.Name, t.InputSchema})
	}
	a.schema = q.OutputConfig.Format.Schema
	if a.schema == nil {
		a.schema = q.OutputFormat.Schema
	}
	return a, a.readMessages(q, invalid)
}

// readMessages collects texts, images and tool results, and holds the two
// rules that translated histories break most: roles, and results that follow
// the call they answer.
func (a *ask) readMessages(q anthropicRequest, invalid func(string, ...any) *failure) *failure {
	if len(q.Messages) == 0 {
		return invalid("messages: at least one message is required")
	}
	var calls []string
	for i, m := range q.Messages {
		if m.Role != "user" && m.Role != "assistant" && (m.Role != "system" || i == 0) { // Claude Code's later instructions
			return invalid(`messages.%d.role: Input should be 'user' or 'assistant'`, i)
		}
		blocks := blocksOf(m.Content)
		if len(blocks) == 0 && i < len(q.Messages)-1 {
			return invalid("messages.%d: all messages must have non-empty content except for the optional final assistant message", i)
		}
		a.results = nil
		var made []string
		var texts []string
		for j, b := range blocks {
			switch b.Type {
			case "text":
				texts = append(texts, b.Text)
			case "tool_use":
				made = append(made, b.ID)
			case "tool_result":
				if !slices.Contains(calls, b.ToolUseID) {
					return invalid("messages.%d.content.%d: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.", i, j, b.ToolUseID)
				}
				a.results = append(a.results, textOf(b.Content))
			case "image":
				a.images = append(a.images, imageOf(b))
			}
		}
		calls = made
		if m.Role == "user" && len(texts) > 0 {
			a.last = strings.Join(texts, " ")
		}
	}
	return nil
}

func blocksOf(raw json.RawMessage) []anthropicBlock {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if text == "" {
			return nil
		}
		return []anthropicBlock{{Type: "text", Text: text}}
	}
	var blocks []anthropicBlock
	_ = json.Unmarshal(raw, &blocks) // neither: no blocks
	return blocks
}

func textOf(raw json.RawMessage) string {
	var texts []string
	for _, b := range blocksOf(raw) {
		texts = append(texts, b.Text)
	}
	return strings.Join(texts, " ")
}

func imageOf(b anthropicBlock) string {
	if b.Source.Type == "url" {
		return b.Source.URL
	}
	return sized(b.Source.MediaType, b.Source.Data)
}
