package tokens

import (
	"strings"

	"github.com/dlclark/regexp2"
)

// gpt2 is how the ByteLevel pre-tokenizer cuts text.
const gpt2 = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

// byteLevel writes each byte of a piece as a character that can be seen.
func byteLevel(c *component) (step, error) {
	expression, err := regexp2.Compile(gpt2, regexp2.None)
	if err != nil {
		return nil, err
	}
	cuts := c.UseRegex == nil || *c.UseRegex
	return each(func(s string) []string {
		if c.AddPrefixSpace && s[0] != ' ' {
			s = " " + s
		}
		pieces := []span{{s, true}}
		if cuts {
			pieces = spans(expression, s)
		}
		var out []string
		for _, p := range pieces {
			out = append(out, toByteLevel(p.text))
		}
		return out
	}), nil
}

// visible returns the character that stands for a byte in GPT-2's vocabulary:
// itself where Latin-1 prints one, and else one from U+0100 on.
func visible(b byte) rune {
	switch {
	case b <= ' ':
		return 0x100 + rune(b)
	case b >= 0x7f && b <= 0xa0:
		return 0x100 + ' ' + 1 + rune(b) - 0x7f
	case b == 0xad:
		return 0x143
	}
	return rune(b)
}

func toByteLevel(s string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteRune(visible(s[i]))
	}
	return out.String()
}

// fromByteLevel undoes toByteLevel. A token that has other characters, as an
// added one may, stays as it is.
func fromByteLevel(s string) string {
	var out []byte
	for _, r := range s {
		b, ok := invisible(r)
		if !ok {
			return s
		}
		out = append(out, b)
	}
	return string(out)
}

func invisible(r rune) (byte, bool) {
	for b := range 256 {
		if visible(byte(b)) == r {
			return byte(b), true
		}
	}
	return 0, false
}
