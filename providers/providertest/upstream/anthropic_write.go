package upstream

import (
	"encoding/json"
	"fmt"
	"strings"
)

func anthropicDialect() dialect {
	return dialect{
		read: readAnthropic, reply: anthropicReply, events: anthropicEvents,
		failure: func(id int, f failure) []byte { return encode(anthropicFailure(id, f)) },
		broken: func(id, _ int, f failure) event {
			return event{name: "error", data: encode(anthropicFailure(id, f))}
		},
		headers: func(id int) map[string]string {
			return map[string]string{
				"Request-Id": anthropicRequestID(id), "Anthropic-Organization-Id": "0f1e2d3c-0000-4000-8000-000000000000",
				"Anthropic-Ratelimit-Requests-Limit": "50", "Anthropic-Ratelimit-Requests-Remaining": "49",
			}
		},
		unknownModel: func(model string) failure {
			return failure{status: 404, kind: "not_found_error", message: "model: " + model}
		},
		failures: anthropicFailures(),
	}
}

func anthropicRequestID(id int) string { return fmt.Sprintf("req_%024d", id) }

type anthropicMessage struct {
	ID           string `json:"id"`
	Type         string `json:"type"`
	Role         string `json:"role"`
	Model        string `json:"model"`
	Content      []any  `json:"content"`
	StopReason   any    `json:"stop_reason"`
	StopSequence any    `json:"stop_sequence"`
	Usage        any    `json:"usage"`
}

type textBlock struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type thinkingBlock struct {
	Type      string `json:"type"`
	Thinking  string `json:"thinking"`
	Signature string `json:"signature"`
}

type toolUseBlock struct {
	Type  string          `json:"type"`
	ID    string          `json:"id"`
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"`
}

// signature stands for the opaque value that proves who thought a thought; it
// has the characters of base64 that are not letters.
const signature = "EqQBCgIYAhIM1gbcDa9GJwZA2b3h/fake+upstream+signature=="

func anthropicReply(m meta, q ask, a answer) []byte {
	body := anthropicMessage{
		ID: fmt.Sprintf("msg_%024d", m.id), Type: "message", Role: "assistant", Model: q.model,
		Content: []any{}, StopReason: anthropicStop(a.finish), Usage: anthropicUsage(a.usage, a.usage.out),
	}
	if a.finish == stopped {
		body.StopSequence = a.stopped
	}
	if len(a.thinking) > 0 {
		body.Content = append(body.Content, thinkingBlock{"thinking", strings.Join(a.thinking, ""), signature})
	}
	if text := strings.Join(a.texts, ""); text != "" {
		body.Content = append(body.Content, textBlock{"text", text})
	}
	for i, c := range a.calls {
		body.Content = append(body.Content, toolUseBlock{"tool_use", anthropicCallID(i), c.name, c.args})
	}
	return encode(body)
}

func anthropicCallID(n int) string { return fmt.Sprintf("toolu_01fake%016d", n) }

func anthropicStop(f finish) string {
	switch f {
	case cutOff:
		return "max_tokens"
	case stopped:
		return "stop_sequence"
	case called:
		return "tool_use"
	case filtered:
		return "refusal"
	}
	return "end_turn"
}

// anthropicUsage: input_tokens is what was neither read from the cache nor
// written to it.
func anthropicUsage(u usage, out int) map[string]any {
	return map[string]any{
		"input_tokens":                u.in - u.cacheRead - u.write5m - u.write1h,
		"cache_read_input_tokens":     u.cacheRead,
		"cache_creation_input_tokens": u.write5m + u.write1h,
		"cache_creation": map[string]int{
			"ephemeral_5m_input_tokens": u.write5m, "ephemeral_1h_input_tokens": u.write1h,
		},
		"output_tokens": out, "service_tier": "standard",
	}
}

type anthropicErrorBody struct {
	Type  string `json:"type"`
	Error struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
	RequestID string `json:"request_id"`
}

func anthropicFailure(id int, f failure) anthropicErrorBody {
	b := anthropicErrorBody{Type: "error", RequestID: anthropicRequestID(id)}
	b.Error.Type, b.Error.Message = f.kind, f.message
	return b
}
