// Package blocks is a file of many small JSON objects from which one can be
// read by name without decompressing the others.
//
// A file has, all numbers big-endian:
//
//	magic
//	uint32      n, the number of entries
//	n x uint32  the hashes of their names, ascending
//	n x uint16  the block each is in
//	uint32      m, the number of blocks
//	m x uint32  where each block ends, from where the first begins
//	the blocks, each compressed with DEFLATE: one line of JSON per entry,
//	which begins with its name
//
// Names are hashed in lower case, so that a look-up finds any spelling.
package blocks

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"sort"
	"strings"
)

const magic = "tollgate blocks 1\n"

// perBlock is how many entries are compressed together: more make the file
// smaller and a look-up slower.
const perBlock = 24

var errCorrupt = errors.New("not a file of blocks, or a damaged one")

// Pack makes a file of entries: JSON objects on one line, whose first member
// is their name, a string without escapes. Neighbours are compressed together,
// so like should stand by like. The same entries always give the same bytes.
func Pack(entries []json.RawMessage) ([]byte, error) {
	type place struct {
		hash  uint32
		block uint16
	}
	var places []place
	var ends []uint32
	var blocks bytes.Buffer
	w, err := flate.NewWriter(nil, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	for i, entry := range entries {
		name := nameOf(entry)
		if name == "" || bytes.ContainsAny(entry, "\n") {
			return nil, fmt.Errorf("pack entry %d: want one line that begins with a name, got %.40s", i, entry)
		}
		if i%perBlock == 0 {
			w.Reset(&blocks)
		}
		places = append(places, place{hashed(name), uint16(i / perBlock)})
		if _, err := w.Write(append(bytes.Clone(entry), '\n')); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		if i%perBlock == perBlock-1 || i == len(entries)-1 {
			if err := w.Close(); err != nil {
				return nil, fmt.Errorf("pack %s: %w", name, err)
			}
			ends = append(ends, uint32(blocks.Len()))
		}
	}
	sort.SliceStable(places, func(i, j int) bool { return places[i].hash < places[j].hash })
	file := binary.BigEndian.AppendUint32([]byte(magic), uint32(len(places)))
	for _, p := range places {
		file = binary.BigEndian.AppendUint32(file, p.hash)
	}
	for _, p := range places {
		file = binary.BigEndian.AppendUint16(file, p.block)
	}
	file = binary.BigEndian.AppendUint32(file, uint32(len(ends)))
	for _, end := range ends {
		file = binary.BigEndian.AppendUint32(file, end)
	}
	return append(file, blocks.Bytes()...), nil
}

func hashed(name string) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, strings.ToLower(name)) // cannot fail
	return h.Sum32()
}

// File is an open file. It is safe for concurrent use.
type File struct{ hashes, blocks, ends, data string }

// Open reads where things are in a file. It fails if they are beyond its end.
func Open(text string) (File, error) {
	rest, ok := strings.CutPrefix(text, magic)
	if !ok {
		return File{}, errCorrupt
	}
	var f File
	take := func(n uint64) string {
		if ok = ok && n <= uint64(len(rest)); !ok {
			return "\x00\x00\x00\x00"
		}
		taken := rest[:n]
		rest = rest[n:]
		return taken
	}
	n := uint64(uint32At(take(4), 0))
	f.hashes, f.blocks = take(4*n), take(2*n)
	f.ends = take(4 * uint64(uint32At(take(4), 0)))
	f.data = rest
	if !ok {
		return File{}, errCorrupt
	}
	return f, nil
}

func uint32At(s string, i int) uint32 {
	return uint32(s[4*i])<<24 | uint32(s[4*i+1])<<16 | uint32(s[4*i+2])<<8 | uint32(s[4*i+3])
}

// Find returns the entry of a name: spelled the same, else the last that differs
// in large and small letters only. It is nil if there is none.
func (f File) Find(name string) (json.RawMessage, error) {
	want := hashed(name)
	n := len(f.hashes) / 4
	i := sort.Search(n, func(i int) bool { return uint32At(f.hashes, i) >= want })
	var loose json.RawMessage
	for ; i < n && uint32At(f.hashes, i) == want; i++ {
		block, err := f.block(int(f.blocks[2*i])<<8 | int(f.blocks[2*i+1]))
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(block) {
			switch found := nameOf(line); {
			case found == name:
				return line, nil
			case strings.EqualFold(found, name):
				loose = line
			}
		}
	}
	return loose, nil
}

// nameOf reads the name that a line begins with, "" if there is none to read.
func nameOf(line []byte) string {
	rest, ok := bytes.CutPrefix(line, []byte(`{"name":"`))
	end := bytes.IndexByte(rest, '"')
	if !ok || end < 0 || bytes.IndexByte(rest[:end], '\\') >= 0 {
		return ""
	}
	return string(rest[:end])
}

// All yields every entry, in the order they were packed in.
func (f File) All() iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for i := range len(f.ends) / 4 {
			block, err := f.block(i)
			if err != nil {
				yield(nil, err)
				return
			}
			for line := range bytes.Lines(block) {
				if !yield(line, nil) {
					return
				}
			}
		}
	}
}

// block decompresses the lines of a block.
func (f File) block(i int) ([]byte, error) {
	if i < 0 || i >= len(f.ends)/4 {
		return nil, errCorrupt
	}
	from, to := uint32(0), uint32At(f.ends, i)
	if i > 0 {
		from = uint32At(f.ends, i-1)
	}
	if from > to || uint64(to) > uint64(len(f.data)) {
		return nil, errCorrupt
	}
	const most = 1 << 20 // a damaged block may claim to be endless
	r := io.LimitReader(flate.NewReader(strings.NewReader(f.data[from:to])), most)
	lines, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read block %d: %w", i, err)
	}
	return lines, nil
}
