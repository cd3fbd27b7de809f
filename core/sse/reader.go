// Package sse reads and writes event streams (WHATWG HTML, "Server-sent
// events"). It keeps each event's bytes, has no line limit but one hard cap,
// and says whether another event is waiting, so that a writer can flush once
// per burst.
package sse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// MaxEvent is the most bytes one event may have.
const MaxEvent = 16 << 20

// ErrTooLarge is returned for an event beyond MaxEvent.
var ErrTooLarge = errors.New("sse: event too large")

const readSize = 16 << 10

// Event is one event. Its bytes are valid until the next one is read.
type Event struct {
	Name string // the event field, "" when there was none
	Data []byte // the data fields, joined by newlines
	More bool   // another whole event is in the buffer already
}

// Read yields the events of a stream until its end. An event the stream ends
// inside of is not yielded: whether the stream was whole is for its format to
// say. A read error is yielded last.
func Read(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		d := decoder{r: r}
		for {
			ev, err := d.event()
			if err == io.EOF {
				return
			}
			if !yield(ev, err) || err != nil {
				return
			}
		}
	}
}

// decoder keeps what was read and not yet used in buf[start:].
type decoder struct {
	r     io.Reader
	buf   []byte
	start int
	joint []byte // data of an event with several data lines
	begun bool
	eof   bool
}

// event returns the next event that has data.
func (d *decoder) event() (Event, error) {
	var ev Event
	var has bool
	used := 0
	for {
		line, err := d.line()
		if err != nil {
			return Event{}, err
		}
		if !d.begun {
			d.begun = true
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")) // byte order mark
		}
		if len(line) == 0 {
			if has {
				ev.More = d.whole()
				return ev, nil
			}
			ev.Name, used = "", 0
			continue
		}
		if used += len(line); used > MaxEvent {
			return Event{}, ErrTooLarge
		}
		field, value, _ := bytes.Cut(line, []byte{':'})
		value = bytes.TrimPrefix(value, []byte{' '})
		switch string(field) {
		case "data":
			if !has {
				ev.Data, has = value, true
			} else {
				d.joint = append(append(append(d.joint[:0], ev.Data...), '\n'), value...)
				ev.Data, d.joint = d.joint, nil
			}
		case "event":
			ev.Name = string(value)
		}
	}
}

// line returns the next line without its end: LF, CRLF or CR.
func (d *decoder) line() ([]byte, error) {
	for from := d.start; ; {
		if i := lineEnd(d.buf[from:]); i >= 0 {
			i += from
			end := i + 1
			if d.buf[i] == '\r' {
				if end == len(d.buf) && !d.eof {
					// Whether LF follows decides where the next line starts.
					if err := d.fill(); err != nil && err != io.EOF {
						return nil, err
					}
					from = d.start
					continue
				}
				if end < len(d.buf) && d.buf[end] == '\n' {
					end++
				}
			}
			line := d.buf[d.start:i:i]
			d.start = end
			return line, nil
		}
		unread := len(d.buf) - d.start
		if unread > MaxEvent {
			return nil, ErrTooLarge
		}
		if err := d.fill(); err == io.EOF {
			return d.tail()
		} else if err != nil {
			return nil, err
		}
		from = d.start + unread
	}
}

// tail is what stands after the last line end. Only the one-line terminator of
// OpenAI's streams is whole without one.
func (d *decoder) tail() ([]byte, error) {
	rest := d.buf[d.start:]
	d.start = len(d.buf)
	if string(rest) == "data: [DONE]" || string(rest) == "data:[DONE]" {
		d.buf = append(d.buf, '\n')
		return rest, nil
	}
	return nil, io.EOF
}

// fill reads more, into a new buffer when there is no room: events handed out
// keep theirs.
func (d *decoder) fill() error {
	if d.eof {
		return io.EOF
	}
	if cap(d.buf)-len(d.buf) < readSize/4 {
		unread := d.buf[d.start:]
		d.buf = append(make([]byte, 0, max(readSize, 2*len(unread)+readSize)), unread...)
		d.start = 0
	}
	n, err := d.r.Read(d.buf[len(d.buf):cap(d.buf)])
	d.buf = d.buf[:len(d.buf)+n]
	if n > 0 {
		return nil
	}
	if err == io.EOF {
		d.eof = true
	}
	if err != nil && err != io.EOF {
		return fmt.Errorf("read event stream: %w", err)
	}
	return err
}

// whole reports whether the buffer holds another event to its end. A comment
// is none: an event before it must not wait for what follows.
func (d *decoder) whole() bool {
	rest := d.buf[d.start:]
	for {
		block, after, found := bytes.Cut(rest, []byte("\n\n"))
		if !found {
			block, after, found = bytes.Cut(rest, []byte("\r\n\r\n"))
		}
		if !found {
			return false
		}
		if bytes.HasPrefix(block, []byte("data:")) || bytes.Contains(block, []byte("\ndata:")) {
			return true
		}
		rest = after
	}
}

// lineEnd finds the first LF or CR.
func lineEnd(b []byte) int {
	end := bytes.IndexByte(b, '\n')
	if end >= 0 {
		b = b[:end]
	}
	if cr := bytes.IndexByte(b, '\r'); cr >= 0 {
		return cr
	}
	return end
}
