package audio

import (
	"bytes"
	"encoding/binary"
	"io"
)

// WAV puts the header of a RIFF/WAVE file before samples, which are mono,
// signed, of 16 bits, the low byte first.
// Source: https://learn.microsoft.com/en-us/windows/win32/xaudio2/resource-interchange-file-format--riff-
func WAV(samples []byte, rate uint32) io.Reader {
	const head, width = 44, 2 // bytes of the header and of a sample
	n := uint32(min(len(samples), 1<<32-1-head))
	h := make([]byte, 0, head)
	h = append(h, "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, head-8+n)
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16) // bytes of what follows before the data
	h = binary.LittleEndian.AppendUint16(h, 1)  // PCM
	h = binary.LittleEndian.AppendUint16(h, 1)  // channel
	h = binary.LittleEndian.AppendUint32(h, rate)
	h = binary.LittleEndian.AppendUint32(h, rate*width)
	h = binary.LittleEndian.AppendUint16(h, width)
	h = binary.LittleEndian.AppendUint16(h, 8*width)
	h = append(h, "data"...)
	h = binary.LittleEndian.AppendUint32(h, n)
	return io.MultiReader(bytes.NewReader(h), bytes.NewReader(samples[:n]))
}
