package prompt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// notation is a way to write JSON values that models were shown by a Python
// program: the values, member by member in their order, in another spelling.
type notation struct {
	null, yes, no, infinity string
	quote                   func(string) string
	indent                  string // of each level, on lines of their own; "": on one line
}

// python is how Python's repr writes a value that json.loads read.
func python() notation { return notation{"None", "True", "False", "inf", quotePython, ""} }

// pythonJSON is json.dumps(value, indent=2).
func pythonJSON() notation { return notation{"null", "true", "false", "Infinity", quoteJSON, "  "} }

// of writes a value, which is valid JSON.
func (n notation) of(value json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var b strings.Builder
	n.value(&b, d, "\n")
	return b.String()
}

// maxDepth bounds the levels of a value that is indented: a line has as much
// white space as it is deep.
const maxDepth = 35

// depth counts the levels of a value, which is valid JSON.
func depth(value json.RawMessage) int {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	level, deepest := 0, 0
	for {
		t, err := d.Token()
		if err != nil {
			return deepest
		}
		switch t {
		case json.Delim('['), json.Delim('{'):
			level++
			deepest = max(deepest, level)
		case json.Delim(']'), json.Delim('}'):
			level--
		}
	}
}

// value writes the next value. Newline is a line's end and the indentation of
// the lines around it.
func (n notation) value(b *strings.Builder, d *json.Decoder, newline string) {
	t, err := d.Token()
	if err != nil {
		return
	}
	switch t := t.(type) {
	case nil:
		b.WriteString(n.null)
	case bool:
		b.WriteString(map[bool]string{true: n.yes, false: n.no}[t])
	case string:
		b.WriteString(n.quote(t))
	case json.Number:
		b.WriteString(n.number(t.String()))
	case json.Delim:
		n.collection(b, d, rune(t), newline)
	}
}

func (n notation) collection(b *strings.Builder, d *json.Decoder, open rune, newline string) {
	b.WriteRune(open)
	inner, comma := newline+n.indent, ", "
	if n.indent == "" {
		inner, newline = "", ""
	} else {
		comma = ","
	}
	isEmpty := true
	for ; d.More(); isEmpty = false {
		if !isEmpty {
			b.WriteString(comma)
		}
		b.WriteString(inner)
		if open == '{' {
			n.value(b, d, inner)
			b.WriteString(": ")
		}
		n.value(b, d, inner)
	}
	if !isEmpty {
		b.WriteString(newline)
	}
	_, _ = d.Token()      // the value is valid: this is its closing bracket
	b.WriteRune(open + 2) // in ASCII, ']' and '}' are two after their partners
}

// number writes an integer as it is, and any other as the shortest decimal that
// means the same double: with an exponent below 1e-4 and from 1e16 on.
func (n notation) number(s string) string {
	if !strings.ContainsAny(s, ".eE") {
		if s == "-0" {
			return "0"
		}
		return s
	}
	f, _ := strconv.ParseFloat(s, 64) // valid JSON: the only error is one of range, and the value says so
	size := math.Abs(f)
	if math.IsInf(size, 1) {
		return map[bool]string{true: "-"}[f < 0] + n.infinity
	}
	if size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	decimal := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(decimal, ".") {
		decimal += ".0"
	}
	return decimal
}

// quotePython prefers single quotes, and writes the characters that Python does
// not call printable by their numbers.
func quotePython(s string) string {
	mark := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		mark = '"'
	}
	short := map[rune]string{'\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, mark: `\` + string(mark)}
	var b strings.Builder
	b.WriteRune(mark)
	for _, r := range s {
		switch {
		case short[r] != "":
			b.WriteString(short[r])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteRune(mark)
	return b.String()
}

// quoteJSON writes a JSON string in ASCII, as json.dumps does.
func quoteJSON(s string) string {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case short[r] != "":
			b.WriteString(short[r])
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
