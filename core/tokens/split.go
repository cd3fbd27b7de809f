package tokens

import "unicode/utf8"

// A text is cut into pieces before it is cut into tokens. Each vocabulary says
// where by a regular expression, which the functions below stand for: a matcher
// without backtracking is 50 times faster than a general one with lookahead.
// TestSplit and FuzzSplit hold them equal to the expressions.

// splitter returns the end of the piece that starts at i, which is before the
// end of the text.
type splitter func(r *reader, i int) int

// splitCL100K stands for
// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
func splitCL100K(r *reader, i int) int {
	if end := r.contraction(i); end > i {
		return end
	}
	c, n := r.at(i)
	if c&isLetter != 0 {
		return r.while(i+n, isLetter, -1)
	}
	if c&isNumber != 0 {
		return r.while(i+n, isNumber, 2)
	}
	if next, m := r.at(i + n); c&isNewline == 0 && next&isLetter != 0 {
		return r.while(i+n+m, isLetter, -1)
	}
	if end := r.symbols(i); end > i {
		return r.while(end, isNewline, -1)
	}
	return r.spaces(i)
}

// splitO200K stands for
// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
// |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
// |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
func splitO200K(r *reader, i int) int {
	c, n := r.at(i)
	if c&isNumber != 0 {
		return r.while(i+n, isNumber, 2)
	}
	if c&isLetter != 0 {
		end, _ := r.word(i)
		return r.contraction(end)
	}
	if c&isNewline == 0 { // it may precede a word
		end, ok := r.word(i + n)
		if !ok && c&isLower != 0 {
			end = i + n // a mark before no small letter is a word itself
		}
		if end > i+n || c&isLower != 0 {
			return r.contraction(end)
		}
	}
	if end := r.symbols(i); end > i {
		for end < len(r.text) && (r.text[end] == '\r' || r.text[end] == '\n' || r.text[end] == '/') {
			end++
		}
		return end
	}
	return r.spaces(i)
}

// word returns the end of [upper]*[lower]+ from i and true, or else of [upper]+
// and false, or i and false. Letters without case, and marks, are both: of
// capitals that no small letter follows, the first kind of word takes those up
// to the last that is also lower.
func (r *reader) word(i int) (int, bool) {
	both := -1 // the end of the last character that is upper and lower
	for {
		c, n := r.at(i)
		switch {
		case c&isUpper != 0:
			i += n
			if c&isLower != 0 {
				both = i
			}
		case c&isLower != 0:
			return r.while(i+n, isLower, -1), true
		case both >= 0:
			return both, true
		default:
			return i, false
		}
	}
}

// symbols returns the end of " ?[^\s\p{L}\p{N}]+" from i, or i if that does not
// match.
func (r *reader) symbols(i int) int {
	end := i
	if r.text[i] == ' ' {
		end++
	}
	start := end
	for end < len(r.text) {
		c, n := r.at(end)
		if c&(isSpace|isLetter|isNumber) != 0 {
			break
		}
		end += n
	}
	if end == start {
		return i
	}
	return end
}

// spaces returns the end of "\s*[\r\n]+|\s+(?!\S)|\s+" from i, where there is a
// space: after the last line break of the run, else before its last character,
// which goes with what follows, unless it is the only one or nothing follows.
func (r *reader) spaces(i int) int {
	start, last, broken := i, i, -1
	for {
		c, n := r.at(i)
		if c&isSpace == 0 {
			break
		}
		last = i
		i += n
		if c&isNewline != 0 {
			broken = i
		}
	}
	switch {
	case broken >= 0:
		return broken
	case i < len(r.text) && last > start:
		return last
	}
	return i
}

// contraction returns the end of (?i:'s|'t|'re|'ve|'m|'ll|'d) from i, or i.
// Without regard to case, s is also the long s, U+017F.
func (r *reader) contraction(i int) int {
	rest := r.text[i:]
	if len(rest) < 2 || rest[0] != '\'' {
		return i
	}
	switch rest[1] | 0x20 {
	case 's', 't', 'm', 'd':
		return i + 2
	case 'r', 'v':
		if len(rest) > 2 && rest[2]|0x20 == 'e' {
			return i + 3
		}
	case 'l':
		if len(rest) > 2 && rest[2]|0x20 == 'l' {
			return i + 3
		}
	}
	if c, n := utf8.DecodeRuneInString(rest[1:]); c == 'ſ' {
		return i + 1 + n
	}
	return i
}
