package tokens

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed vocabulary/cl100k_base.bin
var cl100kFile string

//go:embed vocabulary/o200k_base.bin
var o200kFile string

// The special tokens are those of openai_public.py in OpenAI's tiktoken.
var (
	cl100k = newEncoding("cl100k_base", cl100kFile, splitCL100K, map[int]string{
		100257: "<|endoftext|>",
		100258: "<|fim_prefix|>",
		100259: "<|fim_middle|>",
		100260: "<|fim_suffix|>",
		100276: "<|endofprompt|>",
	})
	o200k = newEncoding("o200k_base", o200kFile, splitO200K, map[int]string{
		199999: "<|endoftext|>",
		200018: "<|endofprompt|>",
	})
)

// Encoding is one of OpenAI's vocabularies. It is unpacked when it is first
// used, and then kept. Its methods may be called by several goroutines.
type Encoding struct {
	name    string
	split   splitter
	load    func() *vocabulary
	special map[int]string
}

// newEncoding panics when the file is first used if it is damaged: it is part
// of the program.
func newEncoding(name, file string, split splitter, special map[int]string) *Encoding {
	load := sync.OnceValue(func() *vocabulary {
		v, err := unpack(file)
		if err != nil {
			panic(fmt.Sprintf("unpack vocabulary %s: %v", name, err))
		}
		return v
	})
	return &Encoding{name: name, split: split, load: load, special: special}
}

// EncodingByName returns "cl100k_base" or "o200k_base", as tiktoken calls them.
func EncodingByName(name string) (*Encoding, error) {
	for _, e := range []*Encoding{cl100k, o200k} {
		if e.name == name {
			return e, nil
		}
	}
	return nil, fmt.Errorf("unknown encoding %q", name)
}

// Name is the encoding's name in tiktoken.
func (e *Encoding) Name() string { return e.name }

// Encode returns the ids of a text's tokens. What looks like a special token is
// text: a caller cannot forge one.
func (e *Encoding) Encode(text string) []int {
	ids := make([]int, 0, len(text)/4+1)
	for part := range e.pieces(text) {
		ids = append(ids, part...)
	}
	return ids
}

// Count returns how many tokens a text has: len(Encode(text)), in less memory.
func (e *Encoding) Count(text string) int {
	n := 0
	for part := range e.pieces(text) {
		n += len(part)
	}
	return n
}

// pieces yields the ids of one piece of the text after the other. What it
// yields is valid until the next.
func (e *Encoding) pieces(text string) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		v, r := e.load(), &reader{text: text, table: classes()}
		var ids []int
		var scratch []part
		for i := 0; i < len(text); {
			end := e.split(r, i)
			ids, scratch = v.merge(ids[:0], text[i:end], scratch)
			if !yield(ids) {
				return
			}
			i = end
		}
	}
}

// Decode returns the text of tokens. A token may end inside a character: the
// texts of ids[:i] and ids[i:] always make up that of ids, so that a stream can
// be decoded piece by piece. It fails for an id that the encoding does not have.
func (e *Encoding) Decode(ids []int) (string, error) {
	v := e.load()
	var text strings.Builder
	for _, id := range ids {
		special, isSpecial := e.special[id]
		switch {
		case isSpecial:
			text.WriteString(special)
		case id >= 0 && id < v.len():
			text.WriteString(v.token(id))
		default:
			return "", fmt.Errorf("%s has no token %d", e.name, id)
		}
	}
	return text.String(), nil
}
