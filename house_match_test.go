package tollgate_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// matches reports whether one of the space-separated patterns matches a path.
func matches(patterns, path string) bool {
	for pattern := range strings.FieldsSeq(patterns) {
		prefix, below := strings.CutSuffix(pattern, "/...")
		element, err := filepath.Match(pattern, path)
		switch {
		case pattern == "..." || pattern == path,
			pattern == "std" && isStd(path),
			pattern == "ours" && isOurs(path),
			pattern == "others" && !isStd(path) && !isOurs(path),
			below && (path == prefix || strings.HasPrefix(path, prefix+"/")),
			element && err == nil:
			return true
		}
	}
	return false
}

func TestMatches(t *testing.T) {
	for _, tc := range []struct {
		pattern, path string
		want          bool
	}{
		{"...", "core/llm", true},
		{"core/api/...", "core/api", true},
		{"core/api/...", "core/api/chat", true},
		{"core/api/...", "core/apix", false},
		{"providers/*", "providers/openai", true},
		{"providers/*", "providers", false},
		{"providers/*", "providers/providertest/upstream", false},
		{"std", "net/http", true},
		{"std", "core/llm", false},
		{"others", "pgregory.net/rapid", true},
		{"others", "net/http", false},
		{"ours", ".", true},
		{"os net", "os", true},
		{"os net", "os/exec", false},
		{"", "os", false},
	} {
		t.Run(fmt.Sprintf("%s %s", tc.pattern, tc.path), func(t *testing.T) {
			if got := matches(tc.pattern, tc.path); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
