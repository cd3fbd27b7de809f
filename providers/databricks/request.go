package databricks

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// request says in Databricks' words what it has other words for: how much a
// Claude thinks, what a model has thought, and marks of what to cache.
func request(call *llm.Call) (*llm.Call, error) {
	body, err := think(call)
	if err != nil {
		return nil, err
	}
	if body, err = messages(body); err != nil {
		return nil, err
	}
	copied := *call
	copied.Body = body
	return &copied, nil
}

// think turns an effort into a number of tokens, LiteLLM's, for the models
// that take nothing else. They count what is thought as written, so that a
// caller who named no limit gets that many more.
// Source: https://docs.databricks.com/aws/en/machine-learning/model-serving/query-reason-models
func think(call *llm.Call) (raw.Object, error) {
	body := call.Body
	effort, ok := body.Text("reasoning_effort")
	model := strings.ToLower(call.To.Model)
	if !ok || !strings.Contains(model, "claude") || strings.Contains(model, "opus-5-5") || body.Has("thinking") {
		return body, nil
	}
	tokens := map[string]int64{"minimal": 1024, "low": 1024, "medium": 2048, "high": 4096, "xhigh": 4096, "max": 4096}[effort]
	body = body.Without("reasoning_effort")
	switch {
	case effort == "none":
		return body, nil
	case tokens == 0:
		return body, chat.Invalid("reasoning_effort", "unknown effort %q", effort)
	}
	thinking := chat.Number(chat.Typed("enabled"), "budget_tokens", tokens)
	if !body.Has("max_tokens") && !body.Has("max_completion_tokens") {
		body = chat.Number(body, "max_tokens", tokens+4096)
	}
	return body.WithRaw("thinking", thinking.Bytes()), nil
}

// messages edits those that hold something Databricks has other words for.
func messages(body raw.Object) (raw.Object, error) {
	v, _ := body.Raw("messages")
	if !bytes.Contains(v, []byte(`"thinking_blocks"`)) && !bytes.Contains(v, []byte(`"reasoning_content"`)) && !bytes.Contains(v, []byte(`"cache_control"`)) {
		return body, nil
	}
	if err := raw.Strict(v); err != nil {
		return body, chat.Invalid("messages", "%v", err)
	}
	var all []raw.Object
	for _, item := range raw.Items(v) {
		m, err := chat.Parse("messages", item)
		if err != nil {
			return body, err
		}
		all = append(all, message(m))
	}
	return body.WithRaw("messages", raw.List(all)), nil
}

func message(m raw.Object) raw.Object {
	parts := parts(m)
	if mark, _ := m.Raw("cache_control"); m.Has("cache_control") && len(parts) > 0 {
		last := len(parts) - 1
		parts[last] = parts[last].WithRaw("cache_control", mark)
		m = m.Without("cache_control").WithRaw("content", raw.List(parts))
	}
	thought := thoughts(m)
	if thought.Len() == 0 {
		return m
	}
	parts = append([]raw.Object{thought}, parts...)
	return m.Without("thinking_blocks", "reasoning_content", "provider_specific_fields").WithRaw("content", raw.List(parts))
}

// parts is a message's content as a list.
func parts(m raw.Object) []raw.Object {
	v, _ := m.Raw("content")
	if chat.IsText(v) {
		if string(v) == `""` {
			return nil // an empty text part is refused
		}
		return []raw.Object{chat.Typed("text").WithRaw("text", v)}
	}
	var all []raw.Object
	for _, item := range raw.Items(v) {
		if p, err := raw.Parse(item); err == nil {
			all = append(all, p)
		}
	}
	return all
}

// thoughts is the part that gives back what the model thought before.
func thoughts(m raw.Object) raw.Object {
	var summary []raw.Object
	v, _ := m.Raw("thinking_blocks")
	for _, item := range raw.Items(v) {
		block, err := raw.Parse(item)
		if err != nil {
			continue
		}
		if kind, _ := block.Text("type"); kind != "thinking" {
			summary = append(summary, block) // as it came
			continue
		}
		text, _ := block.Text("thinking")
		summary = append(summary, chat.Copy(chat.Typed("summary_text").WithText("text", text), block, "signature"))
	}
	if text, _ := m.Text("reasoning_content"); summary == nil && text != "" {
		summary = []raw.Object{chat.Typed("summary_text").WithText("text", text)}
	}
	if summary == nil {
		return raw.Object{}
	}
	return chat.Typed("reasoning").WithRaw("summary", raw.List(summary))
}

// isList reports whether a value is a list.
func isList(v json.RawMessage) bool { return len(v) > 0 && v[0] == '[' }
