package model

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		name, base                string
		version                   int
		thinks, third, instructed bool
	}{
		{"gemini-2.5-flash", "", 25, true, false, true},
		{"models/gemini-2.0-flash-001", "", 20, false, false, true},
		{"gemini-1.5-pro", "", 15, false, false, true},
		{"Gemini-3.1-pro-preview", "", 31, true, true, true},
		{"gemini-4-argon", "", 40, true, true, true},
		{"gemini-flash-latest", "", 0, true, true, true},
		{"4965075652664360960", "gemini-2.5-pro", 25, true, false, true},
		{"gemma-3-27b-it", "", 0, false, false, false},
		{"gemma-4-31b-it", "", 0, false, false, true},
		{"gemini-", "", 0, true, true, true},
	} {
		m := Of(&llm.Deployment{Model: c.name, Settings: map[string]string{"base_model": c.base}})
		if m.Version != c.version || m.Thinks() != c.thinks || m.Third() != c.third || m.Instructed() != c.instructed {
			t.Errorf("%s: got %+v thinks=%v third=%v instructed=%v, want %+v", c.name, m, m.Thinks(), m.Third(), m.Instructed(), c)
		}
	}
}

// TestThinking: what the golden files of the dialect leave.
func TestThinking(t *testing.T) {
	for _, c := range []struct{ name, effort, want string }{
		{"gemini-2.5-pro", "minimal", `{"includeThoughts":true,"thinkingBudget":128}`},
		{"gemini-2.5-flash-lite", "disable", `{"includeThoughts":false,"thinkingBudget":0}`},
		{"gemini-2.5-pro", "max", `{"includeThoughts":true,"thinkingBudget":4096}`},
		{"gemini-3-pro-preview", "low", `{"includeThoughts":true,"thinkingLevel":"LOW"}`},
		{"gemini-3.1-pro-preview", "medium", `{"includeThoughts":true,"thinkingLevel":"MEDIUM"}`},
		{"gemini-3.1-pro-preview", "none", `{"includeThoughts":false,"thinkingLevel":"LOW"}`},
		{"gemini-flash-latest", "minimal", `{"includeThoughts":true,"thinkingLevel":"MINIMAL"}`},
	} {
		got, ok := Of(&llm.Deployment{Model: c.name}).Thinking(c.effort)
		if !ok || string(got.Bytes()) != c.want {
			t.Errorf("%s, %s: got %s, %v, want %s", c.name, c.effort, got.Bytes(), ok, c.want)
		}
	}
	if got, ok := (Model{}).Thinking("a lot"); ok {
		t.Errorf("another word: got %s, want none", got.Bytes())
	}
}
