package sse

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// events renders what a stream yields: name|data, + when more is waiting.
func events(r io.Reader) (string, error) {
	var b strings.Builder
	for ev, err := range Read(r) {
		if err != nil {
			return b.String(), err
		}
		b.WriteString(ev.Name + "|" + string(ev.Data))
		if ev.More {
			b.WriteString("+")
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"one", "data: a\n\n", "|a\n"},
		{"no space", "data:a\n\n", "|a\n"},
		{"named", "event: ping\ndata: {}\n\n", "ping|{}\n"},
		{"two", "data: a\n\ndata: b\n\n", "|a+\n|b\n"},
		{"crlf", "data: a\r\n\r\ndata: b\r\n\r\n", "|a+\n|b\n"},
		{"cr", "data: a\r\rdata: b\r\r", "|a\n|b\n"},
		{"joined lines", "data: a\ndata: b\ndata: c\n\n", "|a\nb\nc\n"},
		{"comment is no event", ": hi\n\ndata: a\n\n", "|a\n"},
		{"comment waiting is not more", "data: a\n\n: hi\n\n", "|a\n"},
		{"comment then event is more", "data: a\n\n: hi\n\ndata: b\n\n", "|a+\n|b\n"},
		{"id and retry are skipped", "id: 1\nretry: 5\ndata: a\n\n", "|a\n"},
		{"name without data is forgotten", "event: x\n\ndata: a\n\n", "|a\n"},
		{"empty data", "data:\n\n", "|\n"},
		{"byte order mark", "\xef\xbb\xbfdata: a\n\n", "|a\n"},
		{"cut inside a line", "data: a\n\ndata: {\"x", "|a\n"},
		{"cut before the blank line", "data: a\n\ndata: b\n", "|a\n"},
		{"done without line end", "data: a\n\ndata: [DONE]", "|a\n|[DONE]\n"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := events(strings.NewReader(c.in))
			if err != nil || got != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
			slow, err := events(iotest.OneByteReader(strings.NewReader(c.in)))
			if want := strings.ReplaceAll(c.want, "+", ""); err != nil || slow != want {
				t.Errorf("byte by byte: got %q, %v, want %q", slow, err, want)
			}
		})
	}
}

func TestReadLargeEvent(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	got, err := events(strings.NewReader("data: a\n\ndata: " + long + "\n\ndata: b\n\n"))
	if want := "|a\n|" + long; err != nil || !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "|b\n") {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

func TestReadCapsAnEndlessLine(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("data: "), zeros{})
	if _, err := events(endless); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

func TestReadCapsEndlessLines(t *testing.T) {
	lines := strings.NewReader(strings.Repeat("data: "+strings.Repeat("x", 1<<20)+"\n", 20))
	if _, err := events(lines); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

func TestReadYieldsAReadError(t *testing.T) {
	broken := errors.New("connection reset")
	got, err := events(io.MultiReader(strings.NewReader("data: a\n\ndata: b"), iotest.ErrReader(broken)))
	if got != "|a\n" || !errors.Is(err, broken) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestReadStopsWhenToldTo(t *testing.T) {
	n := 0
	for range Read(strings.NewReader("data: a\n\ndata: b\n\n")) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("got %d events after break, want 1", n)
	}
}

func TestWriteReadsBack(t *testing.T) {
	var b bytes.Buffer
	if err := errors.Join(Write(&b, "", []byte("a")), Comment(&b, "ping"), Write(&b, "n", []byte("b\nc"))); err != nil {
		t.Fatal(err)
	}
	got, err := events(&b)
	if want := "|a+\nn|b\nc\n"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"data: a\n\n", "event: x\r\ndata: y\r\n\r\n", "data: a\ndata: b\n\n: c\n\n", "data: [DONE]", "\xef\xbb\xbfdata:\n\n", "\r\r\n\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		whole, err := events(bytes.NewReader(in))
		parts, err2 := events(iotest.OneByteReader(bytes.NewReader(in)))
		if err != nil || err2 != nil {
			t.Fatalf("got %v, %v", err, err2)
		}
		if strip(whole) != strip(parts) {
			t.Errorf("in one piece %q, byte by byte %q", whole, parts)
		}
	})
}

// strip drops what depends on the pieces a stream comes in.
func strip(s string) string { return strings.ReplaceAll(s, "+", "") }
