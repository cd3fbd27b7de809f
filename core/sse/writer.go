package sse

import "io"

// Write writes one event. Data must not contain a line end, which JSON on one
// line never does; name may be empty. The caller flushes.
func Write(w io.Writer, name string, data []byte) error {
	b := make([]byte, 0, len(name)+len(data)+16)
	if name != "" {
		b = append(append(append(b, "event: "...), name...), '\n')
	}
	b = append(append(append(b, "data: "...), data...), "\n\n"...)
	_, err := w.Write(b)
	return err
}

// Comment writes a comment, which readers ignore: a keep-alive.
func Comment(w io.Writer, text string) error {
	_, err := io.WriteString(w, ": "+text+"\n\n")
	return err
}
