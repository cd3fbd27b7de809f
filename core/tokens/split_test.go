package tokens

import (
	"slices"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"
)

// patterns are those of the npm package tiktoken 1.0.22 (registry.json), but for
// an s that is also the long s: tiktoken's Rust folds case as Unicode does, and
// regexp2 by lower case only.
func patterns() map[*Encoding]*regexp2.Regexp {
	const contraction = `(?i:'[sſ]|'t|'re|'ve|'m|'ll|'d)`
	const spaces = `\s*[\r\n]+|\s+(?!\S)|\s+`
	return map[*Encoding]*regexp2.Regexp{
		cl100k: compile(contraction + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|` + spaces),
		o200k: compile(`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+` + contraction + `?` +
			`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*` + contraction + `?` +
			`|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|` + spaces),
	}
}

func compile(pattern string) *regexp2.Regexp { return regexp2.MustCompile(pattern, regexp2.None) }

func split(s splitter, text string) []string {
	r := &reader{text: text, table: classes()}
	var pieces []string
	for i := 0; i < len(text); {
		end := s(r, i)
		pieces = append(pieces, text[i:end])
		i = end
	}
	return pieces
}

func matches(t *testing.T, re *regexp2.Regexp, text string) []string {
	t.Helper()
	var found []string
	m, err := re.FindStringMatch(text)
	for ; m != nil; m, err = re.FindNextMatch(m) {
		found = append(found, m.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func checkSplit(t *testing.T, patterns map[*Encoding]*regexp2.Regexp, text string) {
	t.Helper()
	for e, re := range patterns {
		if got, want := split(e.split, text), matches(t, re, text); !slices.Equal(got, want) {
			t.Errorf("%s: %q: got %q, want %q", e.name, text, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	patterns := patterns()
	for _, text := range readCorpus(t).texts() {
		checkSplit(t, patterns, text)
	}
	// Every text of up to 5 characters, one of each kind that the patterns tell
	// apart: capital, small, without case, mark, digit, spaces, breaks, symbols.
	alphabet := []string{"A", "s", "中", "\u0301", "1", " ", "\t", "\n", "/", "'"}
	for n, total := 1, len(alphabet); n <= 5; n, total = n+1, total*len(alphabet) {
		for i := range total {
			var text strings.Builder
			for range n {
				text.WriteString(alphabet[i%len(alphabet)])
				i /= len(alphabet)
			}
			checkSplit(t, patterns, text.String())
		}
	}
}

func FuzzSplit(f *testing.F) {
	patterns := patterns()
	for _, text := range readCorpus(f).texts()[:50] {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkSplit(t, patterns, strings.ToValidUTF8(text, "\ufffd")) // regexp2 reads characters, not bytes
	})
}
