package config

import (
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/token"

	"github.com/tollgate-llm/tollgate/core/secret"
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
	for _, w := range []string{"secret", "password", "passwd", "passphrase", "access key", "private key", "webhook"} {
		if strings.Contains(all, w) {
			return true
		}
	}
	switch words[len(words)-1] {
	case "key", "keys", "apikey", "apikeys", "authorization", "cookie", "credential", "credentials", "dsn", "pwd", "salt":
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
	lines := strings.Split(text, "\n")
	secrets := section{credentials: paramsSection().credentials + " master_key password"}.words()
	for i, t := range tokens {
		if i+1 < len(tokens) && tokens[i+1].Type == token.MappingValueType && hides(t.Value, secrets) {
			hide(lines, tokens[i+1].Position, valueEnd(tokens, i))
		}
	}
	hideLines(lines, secrets)
	m := newMasker()
	for i := range lines {
		lines[i] = m.mask(lines[i])
	}
	return lines
}

// hideLines masks what follows a secret key on its line, and the lines below
// up to the next key or item that is not indented more. It trusts nothing but
// the lines: where a quote is not closed, the tokens of all that follows are
// wrong.
func hideLines(lines []string, secrets map[string]word) {
	entry := regexp.MustCompile(`^([ ]*(?:- +)*)(?:["']?([\w.-]+)["']?\s*:(?:\s|$)|-(?:\s|$))`)
	column := -1 // of the secret key; -1: outside
	for i, line := range lines {
		head := ""
		if m := entry.FindStringSubmatch(line); m != nil && (column < 0 || len(m[1]) <= column) {
			column, head = -1, m[0]
			if hides(m[2], secrets) {
				column = len(m[1])
			}
		}
		if column >= 0 {
			lines[i] = head + starred(line[len(head):])
		}
	}
}

// starred masks a value, unless it is a reference, which is no secret, or the
// brackets and marks of one that goes on below.
func starred(value string) string {
	text := strings.TrimSpace(value)
	if isReference(text) || strings.Trim(text, "{}[]|>+-, ") == "" {
		return value
	}
	return value[:strings.Index(value, text)] + stars
}

// hides reports whether all that stands below a key is masked. Everything in
// environment_variables and headers may be a secret, whatever its name, and a
// misspelt api_key has a key for its value all the same.
func hides(key string, secrets map[string]word) bool {
	switch key {
	case "environment_variables", "headers", "extra_headers", "credential_values":
		return true
	}
	return secretKey(key) || nearest(key, secrets, known) != ""
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
		if depth == 0 && t.Position.Line > key.Position.Line && t.Position.Column <= limit && startsEntry(t) {
			return t
		}
	}
	return nil
}

// startsEntry reports whether a token begins a key or a list's item. Other
// text in the column of a key is a value's, wrongly indented.
func startsEntry(t *token.Token) bool {
	switch t.Type {
	case token.SequenceEntryType, token.MappingKeyType, token.DocumentHeaderType, token.DocumentEndType:
		return true
	}
	return t.NextType() == token.MappingValueType
}

// hide masks the text after the colon up to the next token.
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
		lines[n-1] = string(runes[:from]) + starred(string(runes[from:to])) + string(runes[to:])
	}
}

// isReference reports whether a value names a secret instead of being one. A
// ciphertext is both.
func isReference(s string) bool {
	s = strings.Trim(s, `"'`)
	name, others := strings.TrimPrefix(s, envPrefix), "_"
	if name == s {
		if !secret.Refers(s) || strings.HasPrefix(s, "kms/") {
			return false
		}
		others = "/_+=.@!-:#"
	}
	for _, r := range name {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return name != ""
}
