package config

import (
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// stars stand for a secret. Their number tells nothing of it.
const stars = "****"

// secretKey reports whether a key's name says that its value is a secret.
func secretKey(key string) bool {
	words := strings.FieldsFunc(strings.ToLower(key), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if len(words) == 0 {
		return false
	}
	all := " " + strings.Join(words, " ") + " "
	for _, w := range []string{"secret", "password", "passwd", "passphrase", "credentials", "access key", "private key", "webhook"} {
		if strings.Contains(all, w) {
			return true
		}
	}
	switch words[len(words)-1] {
	case "key", "keys", "apikey", "apikeys", "authorization", "cookie", "credential", "dsn", "pwd", "salt":
		return true
	case "token":
		for _, w := range []string{" per ", " bos ", " eos ", " pad ", " input ", " output "} {
			if strings.Contains(all, w) {
				return false
			}
		}
		return true
	}
	return false
}

// masker finds secrets in text that is not parsed.
type masker struct{ looks, userinfo, pairs *regexp.Regexp }

func newMasker() masker {
	return masker{
		// What secrets look like wherever they stand, also in comments.
		looks: regexp.MustCompile(`\b((sk|pk|rk|gsk|hf|ghp|gho|xox[a-z]|r8|pplx|tgp)[-_]|AKIA|ASIA|AIza|eyJ)[^\s"',}\]]{3,}` +
			`|(?i:\b(bearer|basic)\s+[^\s"',}\]]+)`),
		// A password in an address.
		userinfo: regexp.MustCompile(`://[^/@\s]+@`),
		// "name: value" and "name=value".
		pairs: regexp.MustCompile(`([\w.-]+)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,}\]]+)`),
	}
}

// mask hides what looks like a secret.
func (m masker) mask(s string) string {
	s = m.looks.ReplaceAllString(s, stars)
	s = m.userinfo.ReplaceAllString(s, "://"+stars+"@")
	return m.pairs.ReplaceAllStringFunc(s, func(pair string) string {
		p := m.pairs.FindStringSubmatch(pair)
		if !secretKey(p[1]) || isReference(p[3]) {
			return pair
		}
		return p[1] + p[2] + stars
	})
}

// maskedLines gives the text's lines without secrets: values of keys named
// like one, with all that is nested in them, and what looks like one.
func maskedLines(text string, tokens token.Tokens) []string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, t := range tokens {
		if i+1 < len(tokens) && tokens[i+1].Type == token.MappingValueType && hides(t.Value) {
			hide(lines, tokens[i+1].Position, valueEnd(tokens, i))
		}
	}
	m := newMasker()
	for i := range lines {
		lines[i] = m.mask(lines[i])
	}
	return lines
}

// hides reports whether all that stands below a key is masked. Everything in
// environment_variables and headers may be a secret, whatever its name.
func hides(key string) bool {
	switch key {
	case "environment_variables", "headers", "extra_headers":
		return true
	}
	return secretKey(key)
}

// valueEnd finds the token after the value of the key at i: nil at the end of
// the file, or when the value is only a reference.
func valueEnd(tokens token.Tokens, i int) *token.Token {
	key, depth := tokens[i], 0
	for j, t := range tokens[i+2:] {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
			continue
		case token.MappingEndType, token.SequenceEndType:
			depth--
		}
		if depth < 0 || depth == 0 && t.Type == token.CollectEntryType {
			return t
		}
		// The text of a block scalar has no column of its own.
		if prev := tokens[i+1+j]; prev.Type == token.LiteralType || prev.Type == token.FoldedType {
			continue
		}
		// A list may stand in the column of its key.
		limit := key.Position.Column
		if t.Type == token.SequenceEntryType {
			limit--
		}
		if depth == 0 && t.Position.Line > key.Position.Line && t.Position.Column <= limit && t.Type != token.CommentType {
			return t
		}
	}
	return nil
}

// hide puts stars for the text after the colon up to the next token. A value
// that is a reference is no secret and stays.
func hide(lines []string, colon *token.Position, next *token.Token) {
	last, lastCol := len(lines), -1
	if next != nil {
		last, lastCol = next.Position.Line, next.Position.Column
	}
	for n := colon.Line; n <= last && n <= len(lines); n++ {
		runes := []rune(lines[n-1])
		from, to := 0, len(runes)
		if n == colon.Line {
			from = min(colon.Column, len(runes))
		}
		if n == last && lastCol >= 0 {
			to = min(max(lastCol-1, from), len(runes))
		}
		value := string(runes[from:to])
		trimmed := strings.TrimSpace(value)
		if trimmed == "" || isReference(trimmed) || onlyPunctuation(trimmed) {
			continue
		}
		indent := value[:strings.Index(value, trimmed)]
		lines[n-1] = string(runes[:from]) + indent + stars + string(runes[to:])
	}
}

// onlyPunctuation keeps brackets and block marks readable.
func onlyPunctuation(s string) bool { return strings.Trim(s, "{}[]|>+-, ") == "" }

// isReference reports whether a value names a secret instead of being one.
func isReference(s string) bool {
	s = strings.Trim(s, `"'`)
	name, ok := strings.CutPrefix(s, envPrefix)
	if !ok {
		return false
	}
	for _, r := range name {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return name != ""
}
