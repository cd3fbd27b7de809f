package answer

import "strings"

// endOfThought parts DeepSeek-R1's reasoning from its answer. The prompt has
// opened it already.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-deepseek.html
const endOfThought = "</think>"

// thinker takes the reasoning out of a text that comes in pieces. A piece may
// end inside the mark.
type thinker struct {
	done bool   // or never begun
	held string // what may be the mark's beginning
}

// part divides a piece.
func (t *thinker) part(piece string) (reasoning, words string) {
	if t.done {
		return "", piece
	}
	text := t.held + piece
	t.held = ""
	if before, after, found := strings.Cut(text, endOfThought); found {
		t.done = true
		return before, strings.TrimLeft(after, "\n")
	}
	for n := min(len(text), len(endOfThought)-1); n > 0; n-- {
		if strings.HasSuffix(text, endOfThought[:n]) {
			t.held = text[len(text)-n:]
			return text[:len(text)-n], ""
		}
	}
	return text, ""
}

// rest gives up what is held at the end: it was reasoning after all.
func (t *thinker) rest() (reasoning string) {
	reasoning, t.held = t.held, ""
	return reasoning
}
