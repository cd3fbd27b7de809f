package aws

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"iter"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
)

const (
	prelude = 12 // bytes: whole length, length of the headers, checksum of both
	trailer = 4  // bytes: checksum of everything before
)

// exception begins the name of an event that is one.
const exception = "exception "

var errFrame = errors.New("malformed event stream message")

// Frames is a wire.Codec's Frames for AWS's binary event streams: an event's
// type becomes its name and its payload its data. Checksums are checked; a
// stream that ends inside a message gives io.ErrUnexpectedEOF.
//
// Source: https://smithy.io/2.0/aws/amazon-eventstream.html
func Frames(r io.Reader) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		in := bufio.NewReaderSize(r, 16<<10)
		var f frame
		for {
			switch err := f.read(in); {
			case err == io.EOF:
				return
			case err != nil:
				yield(sse.Event{}, err)
				return
			}
			if !yield(sse.Event{Name: f.name, Data: f.payload, More: waits(in)}, nil) {
				return
			}
		}
	}
}

// Exception reports whether an event of Frames is an error, and of what type:
// "throttlingException".
func Exception(ev sse.Event) (kind string, ok bool) { return strings.CutPrefix(ev.Name, exception) }

// waits reports whether another whole message has arrived.
func waits(in *bufio.Reader) bool {
	b, _ := in.Peek(in.Buffered())
	return len(b) >= prelude && uint64(len(b)) >= uint64(binary.BigEndian.Uint32(b))
}

// frame is one message. Its memory is used again for the next.
type frame struct {
	buf     []byte
	name    string
	payload []byte
}

// read reads a message. The error is io.EOF when the stream ended before it.
func (f *frame) read(in *bufio.Reader) error {
	head, err := in.Peek(prelude)
	switch {
	case err == io.EOF && len(head) > 0:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	}
	whole, headers := binary.BigEndian.Uint32(head), binary.BigEndian.Uint32(head[4:])
	if crc32.ChecksumIEEE(head[:8]) != binary.BigEndian.Uint32(head[8:]) || uint64(whole) < uint64(headers)+prelude+trailer {
		return errFrame
	}
	if whole > sse.MaxEvent {
		return sse.ErrTooLarge
	}
	if cap(f.buf) < int(whole) {
		f.buf = make([]byte, whole)
	}
	b := f.buf[:whole]
	if _, err := io.ReadFull(in, b); err != nil {
		return err // not EOF: the prelude was there
	}
	end := len(b) - trailer
	if crc32.ChecksumIEEE(b[:end]) != binary.BigEndian.Uint32(b[end:]) {
		return errFrame
	}
	f.payload = b[prelude+headers : end]
	return f.headers(b[prelude : prelude+headers])
}

// headers finds the event's name. An error that the service does not model has
// a code and a message in place of a type and a payload.
func (f *frame) headers(b []byte) error {
	var kind, event, code, message []byte
	for len(b) > 0 {
		name, rest, ok := short(b)
		if !ok || len(rest) == 0 {
			return errFrame
		}
		value, rest, ok := header(rest[0], rest[1:])
		if !ok {
			return errFrame
		}
		b = rest
		switch string(name) {
		case ":message-type":
			kind = value
		case ":event-type", ":exception-type":
			event = value
		case ":error-code":
			code = value
		case ":error-message":
			message = value
		}
	}
	switch string(kind) {
	case "event":
		if f.name != string(event) { // most events are named like the one before
			f.name = string(event)
		}
	case "exception":
		f.name = exception + string(event)
	case "error":
		f.name = exception + string(code)
		f.payload = raw.Object{}.WithText("message", string(message)).Bytes()
	default:
		return errFrame
	}
	return nil
}

// short cuts a text whose length is one byte.
func short(b []byte) (text, rest []byte, ok bool) {
	if len(b) == 0 || len(b) < 1+int(b[0]) {
		return nil, nil, false
	}
	n := 1 + int(b[0])
	return b[1:n], b[n:], true
}

// header cuts a value of a type: true, false, byte, short, integer, long,
// bytes, text, time, uuid. Only a text's is returned.
func header(kind byte, b []byte) (text, rest []byte, ok bool) {
	sizes := [...]int{0, 0, 1, 2, 4, 8, 0, 0, 8, 16}
	switch {
	case int(kind) >= len(sizes):
		return nil, nil, false
	case kind != 6 && kind != 7:
		n := sizes[kind]
		return nil, b[min(n, len(b)):], n <= len(b)
	case len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)):
		return nil, nil, false
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	if kind == 7 {
		text = b[2:n]
	}
	return text, b[n:], true
}
