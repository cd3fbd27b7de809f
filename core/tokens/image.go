package tokens

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// DefaultImageTokens is what an image counts where it is not looked at, as in
// LiteLLM.
const DefaultImageTokens = 250

// What OpenAI charged for images in GPT-4o's tokens, with LiteLLM's limits: 85,
// and at high detail 170 more for each tile of 512 by 512 pixels of the image,
// which is first made smaller.
const (
	imageTokens = 85
	tileSide    = 512
	shortSide   = 768
	longSide    = 2000
	defaultSide = 300 // of an image whose size is not known
)

// tiles returns how many an image of that size in pixels is cut into: none if it
// is so thin that nothing is left of it.
func tiles(width, height int) int {
	width, height = shrink(width, height)
	return (width + tileSide - 1) / tileSide * ((height + tileSide - 1) / tileSide)
}

// shrink scales an image so that its shorter side has 768 pixels and its longer
// one 2000 at most, unless it has no more than 768 on both.
func shrink(width, height int) (int, int) {
	if width <= shortSide && height <= shortSide {
		return width, height
	}
	short, long := min(width, height), max(width, height)
	ratio := float64(long) / float64(short)
	short, long = shortSide, int(shortSide*math.Min(ratio, longSide)) // the bound keeps it an int
	if long > longSide {
		short, long = int(longSide/ratio), longSide
	}
	if width <= height {
		return short, long
	}
	return long, short
}

// imageSize returns the size in pixels of the image in a data URL. What another
// URL names is never fetched: it has the default size, and so has a format that
// is not known.
func imageSize(url string) (width, height int, err error) {
	head, data, ok := strings.Cut(url, ",")
	if !ok || !strings.HasPrefix(head, "data:") {
		if strings.Contains(url, "://") {
			return defaultSide, defaultSide, nil
		}
		return 0, 0, errors.New("neither a URL nor base64 data")
	}
	r := bufio.NewReader(base64.NewDecoder(base64.RawStdEncoding, strings.NewReader(strings.TrimRight(data, "="))))
	start, err := r.Peek(30)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, fmt.Errorf("decode base64: %w", err)
	}
	width, height, err = sizeIn(start, r)
	if err == nil && (width == 0 || height == 0) {
		err = errors.New("a side of 0 pixels")
	}
	return width, height, err
}

// sizeIn reads the size from the first bytes of a file, or for JPEG from where
// it stands. Each format is described by its own document: PNG by RFC 2083, GIF
// by GIF89a, WebP by RFC 9649.
func sizeIn(start []byte, file *bufio.Reader) (width, height int, err error) {
	is := func(at int, magic string) bool {
		return len(start) >= at+len(magic) && string(start[at:at+len(magic)]) == magic
	}
	little := func(at, bytes int) int {
		n := 0
		for i := range bytes {
			n |= int(start[at+i]) << (8 * i)
		}
		return n
	}
	need := func(n int) bool { return len(start) >= n }
	switch {
	case is(0, "\x89PNG\r\n\x1a\n") && need(24):
		return int(binary.BigEndian.Uint32(start[16:])), int(binary.BigEndian.Uint32(start[20:])), nil
	case is(0, "GIF8") && is(5, "a") && need(10):
		return little(6, 2), little(8, 2), nil
	case is(0, "\xff\xd8\xff"):
		return jpegSize(file)
	case is(0, "RIFF") && is(8, "WEBPVP8X") && need(30):
		return little(24, 3) + 1, little(27, 3) + 1, nil
	case is(0, "RIFF") && is(8, "WEBPVP8 ") && need(30):
		return little(26, 2) & 0x3fff, little(28, 2) & 0x3fff, nil
	case is(0, "RIFF") && is(8, "WEBPVP8L") && need(25):
		size := little(21, 4)
		return size&0x3fff + 1, size>>14&0x3fff + 1, nil
	case is(0, "\x89PNG\r\n\x1a\n"), is(0, "GIF8"), is(0, "RIFF") && is(8, "WEBP"):
		return 0, 0, io.ErrUnexpectedEOF
	}
	return defaultSide, defaultSide, nil
}

// jpegSize skips segments up to the frame header, SOF0 to SOF15 without DHT, JPG
// and DAC (ITU-T T.81, table B.1).
func jpegSize(file *bufio.Reader) (width, height int, err error) {
	if _, err := file.Discard(2); err != nil {
		return 0, 0, err
	}
	for {
		marker, err := file.ReadByte()
		for err == nil && marker == 0xff {
			marker, err = file.ReadByte()
		}
		if err != nil {
			return 0, 0, fmt.Errorf("find size of JPEG: %w", err)
		}
		segment, err := file.Peek(2)
		if err != nil {
			return 0, 0, fmt.Errorf("find size of JPEG: %w", err)
		}
		length := int(binary.BigEndian.Uint16(segment))
		isFrame := marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
		if isFrame {
			frame, err := file.Peek(7)
			if err != nil {
				return 0, 0, fmt.Errorf("find size of JPEG: %w", err)
			}
			return int(binary.BigEndian.Uint16(frame[5:])), int(binary.BigEndian.Uint16(frame[3:])), nil
		}
		if _, err := file.Discard(max(length, 2)); err != nil {
			return 0, 0, fmt.Errorf("find size of JPEG: %w", err)
		}
	}
}
