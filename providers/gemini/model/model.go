// Package model knows what the name of one of Google's models tells of it:
// its generation, and so in which words it is told how much to think.
package model

import (
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Model is what a name tells.
type Model struct {
	name    string // in lower case
	Version int    // times ten: 25 is Gemini 2.5; 0 when the name tells none
}

// Of reads names of all times and hosts: gemini-2.5-flash,
// models/gemini-3.1-pro-preview, gemini-flash-latest. A deployment whose name
// says nothing, such as a tuned model, may name its base_model.
func Of(to *llm.Deployment) Model {
	name := to.Settings["base_model"]
	if name == "" {
		name = to.Model
	}
	m := Model{name: strings.ToLower(name)}
	_, rest, found := strings.Cut(m.name, "gemini-")
	if !found || rest == "" || rest[0] < '1' || rest[0] > '9' {
		return m
	}
	m.Version = int(rest[0]-'0') * 10
	if len(rest) > 2 && rest[1] == '.' && rest[2] >= '0' && rest[2] <= '9' {
		m.Version += int(rest[2] - '0')
	}
	return m
}

func (m Model) gemma() bool { return m.has("gemma") }

// Instructed reports whether the model takes a system instruction: the first
// three generations of Gemma refuse it.
// https://ai.google.dev/gemma/docs/core/prompt-structure
func (m Model) Instructed() bool { return !m.gemma() || !m.has("gemma-3") && !m.has("gemma-2") }

// Thinks reports whether the model thinks: from Gemini 2.5 on. A name without a
// version is taken for the newest.
// https://ai.google.dev/gemini-api/docs/thinking
func (m Model) Thinks() bool { return !m.gemma() && (m.Version == 0 || m.Version >= 25) }

// Third reports whether the model is of Gemini 3 or later: thinking has levels
// in place of budgets, calls need their signature back, pictures have a
// resolution of their own and results may hold files.
// https://ai.google.dev/gemini-api/docs/gemini-3
func (m Model) Third() bool { return !m.gemma() && (m.Version == 0 || m.Version >= 30) }

func (m Model) has(word string) bool { return strings.Contains(m.name, word) }
