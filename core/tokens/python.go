package tokens

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// LiteLLM counts some JSON values in the form in which Python prints them:
// objects where a text is usual, such as the input of a tool. These functions
// print valid JSON like that (https://docs.python.org/3/library/stdtypes.html).

// pythonString is str(value): a text itself, or how Python writes a value.
func pythonString(value json.RawMessage) string {
	if firstByte(value) == '"' {
		return decoded(value)
	}
	var text strings.Builder
	writePython(&text, value)
	return text.String()
}

func decoded(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return string(value) // which raw.Strict has refused before
	}
	return text
}

// writePython writes repr(value).
func writePython(to *strings.Builder, value json.RawMessage) {
	switch firstByte(value) {
	case '{':
		o, err := raw.Parse(value)
		if err != nil {
			to.Write(value)
			return
		}
		to.WriteByte('{')
		separator := ""
		for key, v := range o.All() {
			to.WriteString(separator + quotePython(key) + ": ")
			writePython(to, v)
			separator = ", "
		}
		to.WriteByte('}')
	case '[':
		to.WriteByte('[')
		for i, v := range raw.Items(value) {
			if i > 0 {
				to.WriteString(", ")
			}
			writePython(to, v)
		}
		to.WriteByte(']')
	case '"':
		to.WriteString(quotePython(decoded(value)))
	case 't':
		to.WriteString("True")
	case 'f':
		to.WriteString("False")
	case 'n':
		to.WriteString("None")
	default:
		to.WriteString(pythonNumber(strings.TrimSpace(string(value))))
	}
}

// pythonNumber writes a number with a fraction or an exponent as a float, with
// as few digits as tell it apart, and any other as it is.
func pythonNumber(s string) string {
	if s == "-0" {
		return "0"
	}
	if !strings.ContainsAny(s, ".eE") {
		return s
	}
	f, _ := strconv.ParseFloat(s, 64) // out of range: an infinity
	scientific := strconv.FormatFloat(f, 'e', -1, 64)
	_, exponent, ok := strings.Cut(scientific, "e")
	if !ok {
		return strings.ToLower(strings.TrimPrefix(scientific, "+")) // inf
	}
	if n, err := strconv.Atoi(exponent); err != nil || n < -4 || n >= 16 {
		return scientific
	}
	fixed := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(fixed, ".") {
		fixed += ".0"
	}
	return fixed
}

// quotePython writes a text in single quotes, or in double quotes if it has
// single ones only, and escapes what cannot be printed.
func quotePython(s string) string {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var text strings.Builder
	text.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			text.WriteRune('\\')
			text.WriteRune(r)
		case r == '\n':
			text.WriteString(`\n`)
		case r == '\r':
			text.WriteString(`\r`)
		case r == '\t':
			text.WriteString(`\t`)
		case unicode.IsPrint(r):
			text.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&text, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&text, `\u%04x`, r)
		default:
			fmt.Fprintf(&text, `\U%08x`, r)
		}
	}
	text.WriteRune(quote)
	return text.String()
}
