package upstream

import (
	"encoding/json"
	"fmt"
	"strings"
)

func openAIDialect() dialect {
	return dialect{
		read: readOpenAI, reply: openAIReply, events: openAIEvents,
		failure: func(_ int, f failure) []byte { return encode(openAIFailure(f)) },
		broken:  func(_, _ int, f failure) event { return event{data: encode(openAIFailure(f))} },
		headers: func(id int) map[string]string {
			return map[string]string{
				"X-Request-Id": fmt.Sprintf("req_%032x", id), "Openai-Version": "2020-10-01",
				"Openai-Processing-Ms": "7", "X-Ratelimit-Limit-Requests": "10000",
				"X-Ratelimit-Remaining-Requests": "9999", "X-Ratelimit-Reset-Requests": "6ms",
			}
		},
		unknownModel: func(model string) failure {
			// github.com/rd-1-2022/ai-openai-helloworld/issues/9
			return failure{
				status: 404, kind: "invalid_request_error", code: "model_not_found",
				message: fmt.Sprintf("The model `%s` does not exist or you do not have access to it.", model),
			}
		},
		failures: openAIFailures(),
	}
}

type openAIBody struct {
	ID          string          `json:"id"`
	Object      string          `json:"object"`
	Created     int64           `json:"created"`
	Model       string          `json:"model"`
	Choices     []openAIChoice  `json:"choices"`
	Usage       json.RawMessage `json:"usage,omitempty"`
	ServiceTier string          `json:"service_tier"`
	Fingerprint string          `json:"system_fingerprint"`
	Obfuscation string          `json:"obfuscation,omitempty"`
}

type openAIChoice struct {
	Index        int             `json:"index"`
	Message      *openAIMessage  `json:"message,omitempty"`
	Delta        *openAIDelta    `json:"delta,omitempty"`
	Logprobs     json.RawMessage `json:"logprobs"`
	FinishReason *string         `json:"finish_reason"`
}

type openAIMessage struct {
	Role             string       `json:"role"`
	Content          *string      `json:"content"`
	ReasoningContent string       `json:"reasoning_content,omitempty"`
	ToolCalls        []openAICall `json:"tool_calls,omitempty"`
	Refusal          *string      `json:"refusal"`
	Annotations      []any        `json:"annotations"`
}

type openAICall struct {
	Index    *int           `json:"index,omitempty"`
	ID       string         `json:"id,omitempty"`
	Type     string         `json:"type,omitempty"`
	Function openAIFunction `json:"function"`
}

type openAIFunction struct {
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments"`
}

func openAIHead(m meta, object, model string) openAIBody {
	return openAIBody{
		ID: fmt.Sprintf("chatcmpl-%029d", m.id), Object: object, Created: m.created, Model: model,
		Choices: []openAIChoice{}, ServiceTier: "default", Fingerprint: "fp_44709d6fcb",
	}
}

func openAIReply(m meta, q ask, a answer) []byte {
	body := openAIHead(m, "chat.completion", q.model)
	body.Usage = openAIUsage(a.usage, q.choices)
	for i := range q.choices {
		message := openAIMessage{Role: "assistant", Annotations: []any{}}
		if text := strings.Join(a.texts, ""); len(a.calls) == 0 {
			message.Content = &text
		}
		if a.visible {
			message.ReasoningContent = strings.Join(a.thinking, "")
		}
		for j, c := range a.calls {
			message.ToolCalls = append(message.ToolCalls, openAICall{
				ID: openAICallID(i, j), Type: "function",
				Function: openAIFunction{c.name, string(c.args)},
			})
		}
		reason := openAIFinish(a.finish)
		body.Choices = append(body.Choices, openAIChoice{Index: i, Message: &message, FinishReason: &reason})
	}
	return encode(body)
}

// openAICallID does not depend on the request: two gateways in front of this
// upstream have to give the same reply to the same request.
func openAICallID(choice, n int) string { return fmt.Sprintf("call_fake%016d%04d", choice, n) }

func openAIFinish(f finish) string {
	switch f {
	case cutOff:
		return "length"
	case called:
		return "tool_calls"
	case filtered:
		return "content_filter"
	}
	return "stop"
}

// openAIUsage: completion tokens count every choice.
func openAIUsage(u usage, choices int) json.RawMessage {
	out := u.out * choices
	return encode(map[string]any{
		"prompt_tokens": u.in, "completion_tokens": out, "total_tokens": u.in + out,
		"prompt_tokens_details": map[string]int{"cached_tokens": u.cacheRead, "audio_tokens": 0},
		"completion_tokens_details": map[string]int{
			"reasoning_tokens": u.reasoning * choices, "audio_tokens": 0,
			"accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
		},
	})
}

type openAIErrorBody struct {
	Error struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    *string `json:"code"`
	} `json:"error"`
}

func openAIFailure(f failure) openAIErrorBody {
	var b openAIErrorBody
	b.Error.Message, b.Error.Type = f.message, f.kind
	if f.param != "" {
		b.Error.Param = &f.param
	}
	if f.code != "" {
		b.Error.Code = &f.code
	}
	return b
}
