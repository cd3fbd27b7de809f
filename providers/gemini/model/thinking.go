package model

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Thinking is the thinkingConfig for an effort in OpenAI's words, or in
// LiteLLM's, which has disable for none; false when it is no such word.
func (m Model) Thinking(effort string) (raw.Object, bool) {
	shown := json.RawMessage("true")
	switch effort {
	case "none", "disable":
		effort, shown = "none", json.RawMessage("false")
	case "minimal", "low", "medium", "high":
	case "xhigh", "max":
		effort = "high"
	default:
		return raw.Object{}, false
	}
	o := raw.Object{}.WithRaw("includeThoughts", shown)
	if m.Third() {
		return o.WithText("thinkingLevel", m.level(effort)), true
	}
	return chat.Number(o, "thinkingBudget", m.budget(effort)), true
}

// level is the nearest that the model has. None of them can do without
// thinking, the pro models not with minimal, and the first not with medium.
func (m Model) level(effort string) string {
	pro := m.has("pro")
	switch {
	case effort == "low", pro && (effort == "minimal" || effort == "none"):
		return "LOW"
	case effort == "minimal", effort == "none":
		return "MINIMAL"
	case effort == "medium" && !m.has("gemini-3-pro"):
		return "MEDIUM"
	}
	return "HIGH"
}

// budget is in tokens, LiteLLM's numbers; 2.5 pro cannot do without.
func (m Model) budget(effort string) int64 {
	switch pro := m.has("pro"); {
	case effort == "low":
		return 1024
	case effort == "medium":
		return 2048
	case effort == "high":
		return 4096
	case effort == "none" && !pro:
		return 0
	case m.has("flash-lite"):
		return 512
	case m.has("flash"):
		return 1
	}
	return 128
}
