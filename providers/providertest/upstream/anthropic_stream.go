package upstream

import (
	"encoding/json"
	"fmt"
)

// anthropicEvents writes a stream as Anthropic's page "Streaming messages" has
// it: message_start with an empty content, each block between its start and
// stop, one ping, message_delta with the stop reason and the final usage, then
// message_stop.
func anthropicEvents(m meta, q ask, a answer) []event {
	var events []event
	index := -1
	add := func(name string, content bool, members map[string]any) {
		members["type"] = name
		events = append(events, event{name: name, data: encode(members), content: content, last: name == "message_stop"})
	}
	block := func(start any, deltas []map[string]string) {
		index++
		add("content_block_start", false, map[string]any{"index": index, "content_block": start})
		if index == 0 {
			events = append(events, event{name: "ping", data: []byte(`{"type": "ping"}`)})
		}
		for _, d := range deltas {
			add("content_block_delta", true, map[string]any{"index": index, "delta": d})
		}
		add("content_block_stop", false, map[string]any{"index": index})
	}

	add("message_start", false, map[string]any{"message": anthropicMessage{
		ID: fmt.Sprintf("msg_%024d", m.id), Type: "message", Role: "assistant", Model: q.model,
		Content: []any{}, Usage: anthropicUsage(a.usage, 1),
	}})
	if len(a.thinking) > 0 {
		block(thinkingBlock{Type: "thinking"}, append(
			deltas("thinking_delta", "thinking", a.thinking),
			map[string]string{"type": "signature_delta", "signature": signature},
		))
	}
	if len(a.texts) > 0 {
		block(textBlock{Type: "text"}, deltas("text_delta", "text", a.texts))
	}
	for i, c := range a.calls {
		block(toolUseBlock{"tool_use", anthropicCallID(i), c.name, json.RawMessage("{}")},
			deltas("input_json_delta", "partial_json", append([]string{""}, pieces(string(c.args), 5)...)))
	}

	delta := map[string]any{"stop_reason": anthropicStop(a.finish), "stop_sequence": nil}
	if a.finish == stopped {
		delta["stop_sequence"] = a.stopped
	}
	add("message_delta", false, map[string]any{"delta": delta, "usage": anthropicUsage(a.usage, a.usage.out)})
	add("message_stop", false, map[string]any{})
	return events
}

func deltas(kind, member string, pieces []string) []map[string]string {
	out := make([]map[string]string, len(pieces))
	for i, piece := range pieces {
		out[i] = map[string]string{"type": kind, member: piece}
	}
	return out
}
