package anthropic

import "testing"

func TestModelOf(t *testing.T) {
	for name, want := range map[string]model{
		"claude-2.1": 21, "claude-3-opus-20240229": 30, "claude-3-5-haiku-latest": 35, "claude-3-7-sonnet@20250219": 37,
		"claude-sonnet-4-20250514": 40, "claude-opus-4-0": 40, "anthropic.claude-opus-4-1-20250805-v1:0": 41,
		"us.anthropic.claude-haiku-4-5-20251001-v1:0": 45, "Claude-Opus-4.6": 46, "anthropic.claude-opus-4-6-v1": 46,
		"claude-opus-4-7": 47, "claude-sonnet-5": 50, "claude-fable-5-2": 52, "claude-mythos-preview": 0, "house-7": 0, "": 0,
	} {
		if got := modelOf(name); got != want {
			t.Errorf("modelOf(%q): got %d, want %d", name, got, want)
		}
	}
}
