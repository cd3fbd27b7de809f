package tokens

import (
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"math/bits"
	"strings"
)

// vocabulary maps tokens to their ids and back. An id is also a rank: of two
// possible merges the one that makes the lower id comes first. All tokens lie
// in one string, and the way from token to id is an open hash table of ids, so
// that a vocabulary is four allocations and the garbage collector sees no
// pointers in it.
type vocabulary struct {
	text  string   // the tokens, one after the other, by id
	start []uint32 // where each begins; one more at the end
	slots []uint32 // 1 + id in the low bits, bits of the hash above them; 0 is free
	seed  maphash.Seed
	shift int // how many bits an id has
	bytes [256]int32
	max   int // the length of the longest token
}

// unpack reads a file of the vocabulary folder; oracle/vocabulary.mjs says what
// is in one.
func unpack(file string) (*vocabulary, error) {
	if len(file) < 8 {
		return nil, io.ErrUnexpectedEOF
	}
	head := []byte(file[:8])
	count, size := int(binary.LittleEndian.Uint32(head)), int(binary.LittleEndian.Uint32(head[4:]))
	packed := flate.NewReader(strings.NewReader(file[8:]))
	lengths := make([]byte, count)
	if _, err := io.ReadFull(packed, lengths); err != nil {
		return nil, fmt.Errorf("read lengths: %w", err)
	}
	var text strings.Builder
	text.Grow(size)
	if n, err := io.CopyN(&text, packed, int64(size)); err != nil {
		return nil, fmt.Errorf("read tokens: %w after %d bytes", err, n)
	}
	start := make([]uint32, count+1)
	for i, n := range lengths {
		start[i+1] = start[i] + uint32(n)
	}
	if int(start[count]) != size {
		return nil, fmt.Errorf("got tokens of %d bytes, want %d", size, start[count])
	}
	return newVocabulary(text.String(), start), nil
}

func newVocabulary(text string, start []uint32) *vocabulary {
	count := len(start) - 1
	v := &vocabulary{
		text: text, start: start,
		slots: make([]uint32, 1<<bits.Len(uint(2*count))),
		seed:  maphash.MakeSeed(),
		shift: bits.Len(uint(count)),
	}
	for id := range count {
		token := v.token(id)
		v.max = max(v.max, len(token))
		hash := maphash.String(v.seed, token)
		i := int(hash) & (len(v.slots) - 1)
		for v.slots[i] != 0 {
			i = (i + 1) & (len(v.slots) - 1)
		}
		v.slots[i] = v.mark(hash) | uint32(id+1)
		if len(token) == 1 {
			v.bytes[token[0]] = int32(id)
		}
	}
	return v
}

// mark is what a slot keeps of a hash: most of the slots that a search meets
// are told apart without a look at the token.
func (v *vocabulary) mark(hash uint64) uint32 { return uint32(hash>>32) &^ (1<<v.shift - 1) }

func (v *vocabulary) len() int { return len(v.start) - 1 }

func (v *vocabulary) token(id int) string { return v.text[v.start[id]:v.start[id+1]] }

// id returns the id of a token, or -1.
func (v *vocabulary) id(token string) int {
	if len(token) > v.max {
		return -1
	}
	hash := maphash.String(v.seed, token)
	mark, low := v.mark(hash), uint32(1)<<v.shift-1
	for i := int(hash) & (len(v.slots) - 1); ; i = (i + 1) & (len(v.slots) - 1) {
		slot := v.slots[i]
		if slot == 0 {
			return -1
		}
		if id := int(slot&low) - 1; slot&^low == mark && v.token(id) == token {
			return id
		}
	}
}
