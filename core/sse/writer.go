package sse

import (
	"bytes"
	"io"
)

// Append adds one event to b; name may be empty. Data may have several lines.
func Append(b []byte, name string, data []byte) []byte {
	if name != "" {
		b = append(append(append(b, "event: "...), name...), '\n')
	}
	for {
		line, rest, more := bytes.Cut(data, []byte{'\n'})
		b = append(append(append(b, "data: "...), line...), '\n')
		if data = rest; !more {
			return append(b, '\n')
		}
	}
}

// Write writes one event. The caller flushes.
func Write(w io.Writer, name string, data []byte) error {
	_, err := w.Write(Append(nil, name, data))
	return err
}

// Comment writes a comment, which readers ignore: a keep-alive.
func Comment(w io.Writer, text string) error {
	_, err := io.WriteString(w, ": "+text+"\n\n")
	return err
}
