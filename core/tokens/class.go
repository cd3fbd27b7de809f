package tokens

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// class says which of the sets that the patterns name a character is in.
type class uint8

const (
	isLetter  class = 1 << iota // \p{L}
	isNumber                    // \p{N}
	isSpace                     // \s: the property White_Space
	isNewline                   // [\r\n]
	isUpper                     // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
	isLower                     // [\p{Ll}\p{Lm}\p{Lo}\p{M}]
)

// tabled is how many characters, from U+0000, have their class in a table: two
// planes, which hold all that is common but for rare ideographs.
const tabled = 0x20000

var classes = sync.OnceValue(func() *[tabled]class {
	var table [tabled]class
	for _, set := range sets() {
		fill(&table, set.table, set.class)
	}
	table['\r'] |= isNewline
	table['\n'] |= isNewline
	return &table
})

type set struct {
	table *unicode.RangeTable
	class class
}

func sets() []set {
	return []set{
		{unicode.Lu, isLetter | isUpper},
		{unicode.Lt, isLetter | isUpper},
		{unicode.Ll, isLetter | isLower},
		{unicode.Lm, isLetter | isUpper | isLower},
		{unicode.Lo, isLetter | isUpper | isLower},
		{unicode.M, isUpper | isLower},
		{unicode.N, isNumber},
		{unicode.White_Space, isSpace},
	}
}

func fill(table *[tabled]class, of *unicode.RangeTable, c class) {
	mark := func(lo, hi, stride uint32) {
		for r := lo; r <= hi && r < tabled; r += stride {
			table[r] |= c
		}
	}
	for _, r := range of.R16 {
		mark(uint32(r.Lo), uint32(r.Hi), uint32(r.Stride))
	}
	for _, r := range of.R32 {
		mark(r.Lo, r.Hi, r.Stride)
	}
}

func classOf(table *[tabled]class, r rune) class {
	if r < tabled {
		return table[r]
	}
	var c class
	for _, set := range sets() {
		if unicode.Is(set.table, r) {
			c |= set.class
		}
	}
	return c
}

// reader looks at the characters of a text. A byte that is no UTF-8 counts as a
// character of its own, like a symbol.
type reader struct {
	text  string
	table *[tabled]class
}

// at returns the class and length in bytes of the character at i; length 0 at
// the end.
func (r *reader) at(i int) (class, int) {
	if i >= len(r.text) {
		return 0, 0
	}
	if b := r.text[i]; b < utf8.RuneSelf {
		return r.table[b], 1
	}
	c, n := utf8.DecodeRuneInString(r.text[i:])
	return classOf(r.table, c), n
}

// while returns the end of the run of characters from i that are in any of the
// sets, and within the limit.
func (r *reader) while(i int, in class, limit int) int {
	for ; limit != 0; limit-- {
		c, n := r.at(i)
		if c&in == 0 {
			break
		}
		i += n
	}
	return i
}
