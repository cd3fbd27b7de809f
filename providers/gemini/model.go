package gemini

import (
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// model is what a name tells of a model.
type model struct {
	name    string // in lower case
	version int    // times ten: 25 is Gemini 2.5; 0 when the name tells none
}

// modelOf reads names of all times and hosts: gemini-2.5-flash,
// models/gemini-3.1-pro-preview, gemini-flash-latest. A deployment whose name
// says nothing, such as a tuned model, may name its base_model.
func modelOf(to *llm.Deployment) model {
	name := to.Settings["base_model"]
	if name == "" {
		name = to.Model
	}
	m := model{name: strings.ToLower(name)}
	_, rest, found := strings.Cut(m.name, "gemini-")
	if !found || rest == "" || rest[0] < '1' || rest[0] > '9' {
		return m
	}
	m.version = int(rest[0]-'0') * 10
	if len(rest) > 2 && rest[1] == '.' && rest[2] >= '0' && rest[2] <= '9' {
		m.version += int(rest[2] - '0')
	}
	return m
}

func (m model) gemma() bool { return strings.Contains(m.name, "gemma") }

// instructed: the first three generations of Gemma refuse a system
// instruction. https://ai.google.dev/gemma/docs/core/prompt-structure
func (m model) instructed() bool {
	return !m.gemma() || !strings.Contains(m.name, "gemma-3") && !strings.Contains(m.name, "gemma-2")
}

// thinks: thinking came with Gemini 2.5. A name without a version is taken for
// the newest. https://ai.google.dev/gemini-api/docs/thinking
func (m model) thinks() bool { return !m.gemma() && (m.version == 0 || m.version >= 25) }

// third: with Gemini 3 thinking has levels in place of budgets, calls need
// their signature back, pictures have a resolution of their own and results
// may hold files. https://ai.google.dev/gemini-api/docs/gemini-3
func (m model) third() bool { return !m.gemma() && (m.version == 0 || m.version >= 30) }

func (m model) has(word string) bool { return strings.Contains(m.name, word) }
