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
	const bytes = 256 // tokens of one byte come first
	if len(file) < 8 {
		return nil, io.ErrUnexpectedEOF
	}
	head := []byte(file[:8])
	count, size := int(binary.LittleEndian.Uint32(head)), int(binary.LittleEndian.Uint32(head[4:]))
	if count < bytes {
		return nil, fmt.Errorf("got %d tokens, want at least every byte", count)
	}
	made := count - bytes
	plain := make([]byte, bytes+6*made)
	if _, err := io.ReadFull(flate.NewReader(strings.NewReader(file[8:])), plain); err != nil {
		return nil, fmt.Errorf("read what tokens are made of: %w", err)
	}
	columns := plain[bytes:]
	half := func(column, i int) uint32 { // little-endian, a column for each byte
		at := column*made + i
		return uint32(columns[at]) | uint32(columns[at+made])<<8 | uint32(columns[at+2*made])<<16
	}
	start := make([]uint32, count+1)
	var text strings.Builder
	text.Grow(size)
	text.Write(plain[:bytes])
	for id := range uint32(bytes) {
		start[id+1] = id + 1
	}
	for i := range made {
		id := uint32(bytes + i)
		for _, of := range [2]uint32{half(0, i), half(3, i)} {
			if of >= id {
				return nil, fmt.Errorf("token %d is made of %d", id, of)
			}
			text.WriteString(text.String()[start[of]:start[of+1]])
		}
		start[id+1] = uint32(text.Len())
	}
	if text.Len() != size {
		return nil, fmt.Errorf("got tokens of %d bytes, want %d", text.Len(), size)
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
