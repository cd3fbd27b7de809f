package wire_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestLines(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 40<<10) + `"}`
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"none", "", nil},
		{"lines", "{1}\n{2}\r\n\n  {3}\n", []string{"{1}", "{2}", "{3}"}},
		{"no last end", "[1]\n[2]", []string{"[1]", "[2]"}},
		{"long", long + "\n{2}\n", []string{long, "{2}"}},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
			var got []string
			for ev, err := range wire.Lines(r) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(ev.Data))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q, want %q", c.name, got, c.want)
			}
		}
	}
}

// TestLinesMore: a whole line that waits is told, half of one is not.
func TestLinesMore(t *testing.T) {
	var got []bool
	for ev := range wire.Lines(strings.NewReader("{1}\n{2}\n{3")) {
		got = append(got, ev.More)
	}
	if !slices.Equal(got, []bool{true, false, false}) {
		t.Errorf("got %v, want true only where a whole line waits", got)
	}
}

func TestLinesFail(t *testing.T) {
	broken := errors.New("reset")
	for want, r := range map[error]io.Reader{
		wire.ErrCut:     strings.NewReader("{1}\n{2"),
		broken:          io.MultiReader(strings.NewReader("{1}\n{2"), iotest.ErrReader(broken)),
		sse.ErrTooLarge: io.MultiReader(strings.NewReader("{1}\n"), bytes.NewReader(make([]byte, sse.MaxEvent+100<<10))),
	} {
		var got []string
		var last error
		for ev, err := range wire.Lines(r) {
			if last = err; err == nil {
				got = append(got, string(ev.Data))
			}
		}
		if !errors.Is(last, want) || !slices.Equal(got, []string{"{1}"}) {
			t.Errorf("got %q and %v, want the first line and %v", got, last, want)
		}
	}
	for range wire.Lines(strings.NewReader("{1}\n{2}\n")) {
		break // an early leaver must not panic
	}
}
