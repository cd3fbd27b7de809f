package lambdahttp

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// cutBody finds the string that is the value of the top-level member "body",
// s[start:end] with its quotes, and decodes it. It looks at brackets and
// strings only; ok is false for whatever it does not understand, and where
// "body" comes twice: encoding/json then decides.
func cutBody(s []byte) (body []byte, start, end int, ok bool) {
	i := space(s, 0)
	if i == len(s) || s[i] != '{' {
		return nil, 0, 0, false
	}
	for i = space(s, i+1); i < len(s) && s[i] == '"'; {
		key := i
		if i = skipString(s, i); i == 0 {
			return nil, 0, 0, false
		}
		// encoding/json matches names without regard to case.
		isBody := bytes.EqualFold(s[key:i], []byte(`"body"`))
		if i = space(s, i); i == len(s) || s[i] != ':' {
			return nil, 0, 0, false
		}
		value := space(s, i+1)
		if isBody {
			if ok || value == len(s) || s[value] != '"' {
				return nil, 0, 0, false
			}
			body, i = unquote(s, value)
			start, end, ok = value, i, true
		} else {
			i = skipValue(s, value)
		}
		if i == 0 {
			return nil, 0, 0, false
		}
		if i = space(s, i); i == len(s) || s[i] != ',' {
			break
		}
		i = space(s, i+1)
	}
	return body, start, end, ok
}

func space(s []byte, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index after the string that starts at s[i], 0 if it
// does not end.
func skipString(s []byte, i int) int {
	for i++; ; {
		n := bytes.IndexByte(s[i:], '"')
		if n < 0 {
			return 0
		}
		i += n + 1
		escapes := 0
		for s[i-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}

// skipValue returns the index after the value that starts at s[i], 0 if it
// does not end.
func skipValue(s []byte, i int) int {
	for depth := 0; i < len(s); {
		switch s[i] {
		case '"':
			if i = skipString(s, i); i == 0 {
				return 0
			}
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // the bracket around a bare number, true or null
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return 0
}

// unquote decodes the JSON string that starts at s[i] and returns the index
// after it, 0 for what encoding/json would refuse or repair.
func unquote(s []byte, i int) (out []byte, end int) {
	out = make([]byte, 0, len(s)-i)
	for i++; i < len(s); {
		plain := i
		for i < len(s) && s[i] != '\\' && s[i] != '"' && s[i] >= ' ' {
			i++
		}
		out = append(out, s[plain:i]...)
		if i+1 >= len(s) || s[i] < ' ' {
			return nil, 0
		}
		if s[i] == '"' {
			if !utf8.Valid(out) { // escapes decode to valid text, so this judges the rest
				return nil, 0
			}
			return out, i + 1
		}
		switch c := s[i+1]; c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex4(s, i+2)
			if utf16.IsSurrogate(r) && i+7 < len(s) && s[i+6] == '\\' && s[i+7] == 'u' {
				r = utf16.DecodeRune(r, hex4(s, i+8))
				i += 6
			}
			if r < 0 || utf16.IsSurrogate(r) || r == utf8.RuneError {
				return nil, 0
			}
			out = utf8.AppendRune(out, r)
			i += 4
		default:
			return nil, 0
		}
		i += 2
	}
	return nil, 0
}

// hex4 reads the four digits of a \u escape at s[i:], -1 if they are not.
func hex4(s []byte, i int) rune {
	if i+4 > len(s) {
		return -1
	}
	n, err := strconv.ParseUint(string(s[i:i+4]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
