package chat_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// TestTurns: a word of the script is said by the role before its colon; a role
// without a word says nothing.
func TestTurns(t *testing.T) {
	for script, want := range map[string]string{
		"":                         `[]`,
		"user:":                    `[]`,
		"user:a":                   `[{"role":"user","said":[{"text":"a"}]}]`,
		"user:a user:b":            `[{"role":"user","said":[{"text":"a"},{"text":"b"}]}]`,
		"user:a assistant: user:b": `[{"role":"user","said":[{"text":"a"},{"text":"b"}]}]`,
		"user: assistant:a user:":  `[{"role":"assistant","said":[{"text":"a"}]}]`,
		"user:a assistant:b user:": `[{"role":"user","said":[{"text":"a"}]},{"role":"assistant","said":[{"text":"b"}]}]`,
	} {
		turns := chat.Room(0)
		for _, line := range strings.Fields(script) {
			role, word, _ := strings.Cut(line, ":")
			if turns.By(role); word != "" {
				turns.Said = append(turns.Said, raw.Object{}.WithText("text", word))
			}
		}
		if got := string(raw.List(turns.Messages("said"))); got != want {
			t.Errorf("%s: got %s, want %s", script, got, want)
		}
	}
}
