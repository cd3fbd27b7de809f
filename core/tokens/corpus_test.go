package tokens

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
)

// corpus makes the texts of oracle/corpus.mjs.
type corpus struct {
	Prose, Code, Odd, Words, Spaces []string
	Ranges                          [][2]int
}

const corpusSize = 1000

func readCorpus(t testing.TB) corpus {
	t.Helper()
	b, err := os.ReadFile("testdata/pieces.json")
	if err != nil {
		t.Fatal(err)
	}
	var c corpus
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c corpus) texts() []string {
	texts := make([]string, corpusSize)
	for i := range texts {
		texts[i] = c.text(i)
	}
	return texts
}

func (c corpus) text(number int) string {
	r := &mulberry32{uint32(number)}
	var text strings.Builder
	for n := 1 + r.below(20); n > 0; n-- {
		c.piece(r, &text)
	}
	return text.String()
}

func (c corpus) piece(r *mulberry32, text *strings.Builder) {
	one := func(list []string) string { return list[r.below(len(list))] }
	run := func(n int, f func() string) {
		for range n {
			text.WriteString(f())
		}
	}
	switch kind := r.below(20); {
	case kind < 4:
		text.WriteString(one(c.Prose))
	case kind < 6:
		text.WriteString(one(c.Code))
	case kind < 12:
		text.WriteString(one(c.Odd))
	case kind < 15:
		run(1+r.below(12), func() string { return one(c.Words) + " " })
	case kind < 17:
		run(1+r.below(8), func() string { return one(c.Spaces) })
	case kind < 18:
		run(1+r.below(12), func() string { return strconv.Itoa(r.below(10)) })
	default:
		set := c.Ranges[r.below(len(c.Ranges))]
		run(1+r.below(12), func() string { return string(rune(set[0] + r.below(set[1]-set[0]+1))) })
	}
}

// mulberry32 gives the same numbers in every language with 32-bit integers.
type mulberry32 struct{ seed uint32 }

func (m *mulberry32) below(n int) int {
	m.seed += 0x6d2b79f5
	t := (m.seed ^ m.seed>>15) * (m.seed | 1)
	t ^= t + (t^t>>7)*(t|61)
	return int((t ^ t>>14) % uint32(n))
}
