package config

import (
	"fmt"
	"strings"
	"unicode"
)

// Lines and characters of an excerpt.
const (
	before  = 2
	maxWide = 120
)

// excerpt shows a line under the two before it, numbered, with a caret at the
// column. Secrets are masked; "" when there is no such line.
func (s *source) excerpt(line, col int) string {
	if s.masked == nil {
		s.masked = maskedLines(s.text, s.tokens)
	}
	if line < 1 || line > len(s.masked) {
		return ""
	}
	var b strings.Builder
	for n := max(1, line-before); n <= line; n++ {
		mark := ' '
		if n == line {
			mark = '>'
		}
		fmt.Fprintf(&b, "%c %4d | %s\n", mark, n, printable(s.masked[n-1]))
	}
	if col <= maxWide {
		fmt.Fprintf(&b, "       | %s^", strings.Repeat(" ", max(col-1, 0)))
	}
	return strings.TrimRight(b.String(), "\n")
}

// printable keeps one column per character, so that the caret stays below its
// place, and nothing that could drive a terminal.
func printable(line string) string {
	runes := []rune(line)
	more := len(runes) > maxWide
	if more {
		runes = runes[:maxWide]
	}
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = ' '
		}
	}
	out := strings.TrimRight(string(runes), " ")
	if more {
		out += "…"
	}
	return out
}
