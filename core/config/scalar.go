package config

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

func quoted(t token.Type) bool { return t == token.SingleQuoteType || t == token.DoubleQuoteType }

// keyText is a mapping's key as text; false for a list, a mapping, an anchor.
func keyText(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.MappingKeyNode:
		return keyText(n.Value)
	case *ast.TagNode:
		return keyText(n.Value)
	case *ast.StringNode:
		return n.Value, true
	case ast.ScalarNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// isNull, asBool and asNumber say what a plain scalar means to PyYAML, which
// LiteLLM reads its configuration with: YAML 1.1, so yes and on are true.
func isNull(s string) bool {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

func asBool(s string) (value, ok bool) {
	switch s {
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return true, true
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}

// asNumber gives a number as JSON writes it, digit for digit. 1e-6 is a number
// here, as in YAML 1.2: PyYAML wants 1.0e-6.
func asNumber(s string) (string, bool) {
	digits, sign := s, ""
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		sign, digits = strings.TrimPrefix(digits[:1], "+"), digits[1:]
	}
	if digits == "" || digits[0] == '_' || digits[0] == 'e' || digits[0] == 'E' || len(digits) > 1000 {
		return "", false
	}
	digits = strings.ReplaceAll(digits, "_", "")
	if len(digits) > 1 && digits[0] == '0' && digits[1] != '.' && digits[1] != 'e' && digits[1] != 'E' {
		n, ok := prefixed(digits)
		return sign + n, ok
	}
	whole, rest := digitRun(digits)
	frac, exp := "", ""
	if strings.HasPrefix(rest, ".") {
		frac, rest = digitRun(rest[1:])
		if whole == "" && frac == "" {
			return "", false
		}
		if frac == "" {
			frac = "0"
		}
		frac = "." + frac
	}
	if whole == "" && frac == "" {
		return "", false
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		expSign := ""
		rest = rest[1:]
		if rest != "" && (rest[0] == '-' || rest[0] == '+') {
			expSign, rest = rest[:1], rest[1:]
		}
		exp, rest = digitRun(rest)
		if exp == "" {
			return "", false
		}
		exp = "e" + expSign + exp
	}
	if rest != "" {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	return sign + whole + frac + exp, true
}

// prefixed reads YAML 1.1's 0x1f, 0b11 and 017.
func prefixed(s string) (string, bool) {
	base := 8
	switch s[1] {
	case 'x':
		base, s = 16, s[2:]
	case 'b':
		base, s = 2, s[2:]
	}
	if s == "" || s[0] == '-' || s[0] == '+' {
		return "", false
	}
	n, ok := new(big.Int).SetString(s, base)
	if !ok {
		return "", false
	}
	return n.String(), true
}

func digitRun(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// units of a duration; a month is 30 days, as in LiteLLM's budgets.
var units = []struct {
	name string
	unit time.Duration
}{
	{"mo", 30 * 24 * time.Hour},
	{"min", time.Minute},
	{"s", time.Second},
	{"m", time.Minute},
	{"h", time.Hour},
	{"d", 24 * time.Hour},
	{"w", 7 * 24 * time.Hour},
}

// longest keeps a duration far from overflow.
const longest = 100 * 365 * 24 * time.Hour

// asDuration reads seconds (10, 0.5) or a number with a unit (30s, 30m, 30min,
// 30h, 30d, 1w, 1mo). Negative ones are refused.
func asDuration(s string) (time.Duration, bool) {
	unit := time.Second
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.name); ok {
			s, unit = strings.TrimSpace(number), u.unit
			break
		}
	}
	text, ok := asNumber(s)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < 0 || f*float64(unit) > float64(longest) {
		return 0, false
	}
	return time.Duration(f * float64(unit)), true
}
