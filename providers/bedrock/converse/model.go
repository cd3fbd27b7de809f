package converse

import (
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// model is a model's name in small letters: what it can do is not said
// anywhere else. A name of a profile or an ARN that does not tell is a model
// that only does what all do.
type model string

func modelOf(call *llm.Call) model { return model(strings.ToLower(call.To.Model)) }

func (m model) is(word string) bool { return strings.Contains(string(m), word) }

func (m model) claude() bool { return m.is("claude") || m.is("anthropic") }

func (m model) nova() bool { return m.is("nova") }

// version is a Claude's, times ten: 45 is Claude 4.5. 0 when its name does not
// tell: such a model is taken to be the newest.
func (m model) version() int {
	_, rest, _ := strings.Cut(string(m), "claude")
	words := strings.FieldsFunc(rest, func(c rune) bool { return strings.ContainsRune("-.:_", c) })
	for i, word := range words {
		if i == 0 || words[i-1] == "instant" {
			word = strings.TrimPrefix(word, "v") // claude-v2:1; elsewhere it is the id's own version
		}
		major, err := strconv.Atoi(word)
		if err != nil || len(word) > 1 { // longer numbers are dates
			continue
		}
		if i+1 < len(words) && len(words[i+1]) == 1 {
			minor, _ := strconv.Atoi(words[i+1])
			return major*10 + minor
		}
		return major * 10
	}
	return 0
}

// thinks reports whether a Claude has extended thinking, and adapts whether it
// decides by itself how much to think.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html
func (m model) thinks() bool { v := m.version(); return m.claude() && (v == 0 || v >= 37) }
func (m model) adapts() bool { v := m.version(); return m.claude() && (v == 0 || v >= 46) }

// conforms reports whether the model keeps to a JSON schema by itself. The
// names are those of AWS's page; other models get the schema as a tool.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
func (m model) conforms() bool {
	if m.claude() {
		v := m.version()
		return v == 0 || v >= 45
	}
	for _, name := range []string{
		"qwen3", "deepseek.v3", "deepseek-v3", "gemma-3", "minimax-m2", "ministral", "mistral-large-3", "voxtral", "kimi-k2",
		"nemotron-nano",
	} {
		if m.is(name) {
			return true
		}
	}
	return false
}

// obeys reports whether the model can be made to call one tool.
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html
func (m model) obeys() bool { return m.claude() || m.nova() }
