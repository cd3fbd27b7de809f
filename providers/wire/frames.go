package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"

	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/sse"
)

// Lines is a Codec's Frames for streams of one JSON value on each line
// (application/x-ndjson). A last line without its end counts if its value is
// whole; else the stream was cut inside of it.
func Lines(r io.Reader) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		in := bufio.NewReaderSize(r, 16<<10)
		for {
			line, err := readLine(in)
			if err != nil && err != io.EOF {
				yield(sse.Event{}, err)
				return
			}
			if text := bytes.TrimSpace(line); len(text) > 0 {
				if err == io.EOF && !json.Valid(text) {
					yield(sse.Event{}, ErrCut)
					return
				}
				waiting, _ := in.Peek(in.Buffered())
				if !yield(sse.Event{Data: text, More: bytes.IndexByte(waiting, '\n') >= 0}, nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
		}
	}
}

// Whole is a Codec's Frames for an answer that comes in one piece, of at most
// 64 MB: it is the one event.
func Whole(r io.Reader) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		body, err := outbound.ReadAll(r, maxReply)
		yield(sse.Event{Data: body}, err)
	}
}

// readLine reads up to the next newline, at most sse.MaxEvent bytes.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		piece, err := in.ReadSlice('\n')
		if line == nil && !errors.Is(err, bufio.ErrBufferFull) {
			return piece, err
		}
		if line = append(line, piece...); len(line) > sse.MaxEvent {
			return nil, sse.ErrTooLarge
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
