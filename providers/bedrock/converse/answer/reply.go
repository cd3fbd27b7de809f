// Package answer reads what Converse answers, and the events of its streams, and
// gives it in OpenAI's words. What OpenAI has no word for goes into
// provider_specific_fields, under AWS's names.
//
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
package answer

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Tool is the tool by which a model without schemas of its own answers in one:
// its input is the answer. LiteLLM's name.
const Tool = "json_tool_call"

var errNoMessage = errors.New("the answer has no message")

type tier struct {
	Type string `json:"type"`
}

// Decode reads a whole answer. byTool says that the call is answered by the
// Tool; now stamps the reply, which AWS does not.
func Decode(call *llm.Call, r *wire.Response, byTool bool, now func() time.Time) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	message := chat.Member(chat.Member(body, "output"), "message")
	stop, _ := body.Text("stopReason")
	if !message.Has("content") || stop == "" {
		return nil, errNoMessage
	}
	var t tier
	t.Type, _ = chat.Member(body, "serviceTier").Text("type")
	used, _ := body.Raw("usage")
	u, err := usage(used, t)
	if err != nil {
		return nil, err
	}
	content, _ := message.Raw("content")
	blocks, err := raw.Objects(content)
	if err != nil {
		return nil, err
	}
	s := said{byTool: byTool}
	for i := range blocks {
		if err := s.add(blocks[i]); err != nil {
			return nil, err
		}
	}
	// metrics are AWS's own stop-watch; the gateway has one too.
	s.Fields = s.Fields.Merged(body.Without("output", "stopReason", "usage", "serviceTier", "metrics"))
	if s.Finish = finish(stop); !plain(stop) {
		s.Fields = s.Fields.WithText("stopReason", stop)
	}
	if s.answered && s.Finish == "tool_calls" && len(s.Calls) == 0 {
		s.Finish = "stop"
	}
	var h chat.Head
	if t.Type != "" {
		h.More = h.More.WithText("service_tier", t.Type)
	}
	return chat.Reply(call, now, h, []chat.Answer{s.Answer}, u), nil
}

// said collects what the model said.
type said struct {
	chat.Answer
	byTool   bool // the Tool's input is the answer
	answered bool
}

// content is one block that is no text: an object with one of these, or
// another, member.
type content struct {
	ToolUse *struct {
		ID    string          `json:"toolUseId"`
		Name  string          `json:"name"`
		Input json.RawMessage `json:"input"`
		Type  string          `json:"type"` // set on the calls that AWS makes itself
	} `json:"toolUse"`
	Reasoning *struct {
		Text struct {
			Text      string `json:"text"`
			Signature string `json:"signature"`
		} `json:"reasoningText"`
		Redacted string `json:"redactedContent"`
	} `json:"reasoningContent"`
	Citations *struct {
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
	} `json:"citationsContent"`
}

func (s *said) add(whole raw.Object) error {
	if text, ok := whole.Text("text"); ok {
		s.Text += text
		return nil
	}
	var c content
	if err := json.Unmarshal(whole.Bytes(), &c); err != nil {
		return err
	}
	switch {
	case c.ToolUse != nil && s.byTool && c.ToolUse.Name == Tool:
		s.Text += string(c.ToolUse.Input)
		s.answered = true
	case c.ToolUse != nil && c.ToolUse.Type == "":
		inner, _ := whole.Raw("toolUse")
		o, err := raw.Parse(inner)
		if err != nil {
			return err
		}
		s.Calls = append(s.Calls, chat.ToolCall{
			ID: c.ToolUse.ID, Name: c.ToolUse.Name, Arguments: c.ToolUse.Input, Fields: o.Without("toolUseId", "name", "input"),
		})
	case c.Reasoning != nil:
		s.Reasoning += c.Reasoning.Text.Text
		s.Thoughts = append(s.Thoughts, thinking(string(raw.Quote(c.Reasoning.Text.Text)), c.Reasoning.Text.Signature, c.Reasoning.Redacted))
	case c.Citations != nil:
		for _, part := range c.Citations.Content {
			s.Text += part.Text
		}
		s.keep(whole)
	default:
		s.keep(whole)
	}
	return nil
}

// keep lists blocks that OpenAI has no word for by their kind.
func (s *said) keep(whole raw.Object) {
	for kind, v := range whole.All() {
		had, _ := s.Fields.Raw(kind)
		if had == nil {
			had = json.RawMessage("[]")
		}
		list := strings.TrimSuffix(string(had), "]")
		if len(list) > 1 {
			list += ","
		}
		s.Fields = s.Fields.WithRaw(kind, json.RawMessage(list+string(v)+"]"))
	}
}

// thinking is a thinking block in Anthropic's words, as LiteLLM gives all
// models'. quoted is its text as JSON.
func thinking(quoted, signature, redacted string) raw.Object {
	if redacted != "" {
		return chat.Typed("redacted_thinking").WithText("data", redacted)
	}
	o := chat.Typed("thinking").WithRaw("thinking", json.RawMessage(quoted))
	if signature != "" {
		o = o.WithText("signature", signature)
	}
	return o
}

// finish is a stop reason in OpenAI's words.
func finish(reason string) string {
	switch reason {
	case "tool_use":
		return "tool_calls"
	case "max_tokens", "model_context_window_exceeded":
		return "length"
	case "guardrail_intervened", "content_filtered":
		return "content_filter"
	}
	return "stop"
}

// plain reports whether a stop reason says no more than OpenAI's word for it.
func plain(reason string) bool {
	switch reason {
	case "end_turn", "stop_sequence", "tool_use", "max_tokens":
		return true
	}
	return false
}

// usage reads counts. What came from a cache or went there is not in
// inputTokens.
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
func usage(v json.RawMessage, t tier) (llm.Usage, error) {
	if len(v) == 0 || string(v) == "null" {
		return llm.Usage{}, nil
	}
	var c struct {
		In      int64 `json:"inputTokens"`
		Out     int64 `json:"outputTokens"`
		Read    int64 `json:"cacheReadInputTokens"`
		Write   int64 `json:"cacheWriteInputTokens"`
		Details []struct {
			TTL    string `json:"ttl"`
			Tokens int64  `json:"inputTokens"`
		} `json:"cacheDetails"`
	}
	if err := json.Unmarshal(v, &c); err != nil {
		return llm.Usage{}, err
	}
	u := llm.Usage{Known: true, In: c.In, Out: c.Out, CacheRead: c.Read}
	for _, d := range c.Details {
		if d.TTL == "1h" {
			u.CacheWrite1h += d.Tokens
		}
	}
	u.CacheWrite5m = max(0, c.Write-u.CacheWrite1h)
	if t.Type == "flex" || t.Type == "priority" {
		u.Tier = t.Type
	}
	return u, nil
}
