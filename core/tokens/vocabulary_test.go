package tokens

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"strings"
	"testing"
)

// packed is a vocabulary file of the bytes and of tokens made of two halves.
func packed(t *testing.T, size int, made ...[2]uint32) string {
	t.Helper()
	var file bytes.Buffer
	head := binary.LittleEndian.AppendUint32(nil, uint32(256+len(made)))
	file.Write(binary.LittleEndian.AppendUint32(head, uint32(size)))
	w, err := flate.NewWriter(&file, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	var plain []byte
	for b := range 256 {
		plain = append(plain, byte(b))
	}
	for half := range 2 {
		for shift := 0; shift < 24; shift += 8 {
			for _, of := range made {
				plain = append(plain, byte(of[half]>>shift))
			}
		}
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// TestUnpack: tokens are made of those before them, and a file that is not
// whole is an error.
func TestUnpack(t *testing.T) {
	whole := packed(t, 256+2+3, [2]uint32{'a', 'b'}, [2]uint32{256, 'c'})
	v, err := unpack(whole)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.token(257); got != "abc" || v.id("abc") != 257 || v.len() != 258 {
		t.Errorf("got %q, id %d, %d tokens, want abc, 257, 258", got, v.id("abc"), v.len())
	}
	for name, file := range map[string]string{
		"no head":                whole[:7],
		"no bytes":               strings.Repeat("\x00", 8),
		"cut":                    whole[:len(whole)-9],
		"made of itself":         packed(t, 256+2, [2]uint32{'a', 256}),
		"made of what is beyond": packed(t, 256+2, [2]uint32{1 << 23, 'a'}),
		"another size":           packed(t, 256+1, [2]uint32{'a', 'b'}),
	} {
		if _, err := unpack(file); err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
	}
}
