package exact

import (
	"fmt"
	"io"
	"testing"
)

// findings count what is wrong, and say some of it.
type findings struct {
	requests, billed, killed int
	unknown                  int // cost nothing, and say that it is not known
	overspend, lost, doubled int
	unequal, unsettled       int
	said                     []string
}

func (f *findings) say(n *int, format string, args ...any) {
	*n++
	if len(f.said) < 10 {
		f.said = append(f.said, fmt.Sprintf(format, args...))
	}
}

// print writes the figures.
func (f *findings) print(to io.Writer) {
	for _, figure := range []struct {
		name string
		n    int
	}{
		{"requests written down", f.requests},
		{"answers billed", f.billed},
		{"requests killed among them", f.killed},
		{"cost unknown to all but the upstream, and said to be", f.unknown},
		{"overspend", f.overspend},
		{"lost rows", f.lost},
		{"doubled rows", f.doubled},
		{"settled != upstream", f.unequal},
		{"held or not added up", f.unsettled},
	} {
		fmt.Fprintf(to, "%s: %d\n", figure.name, figure.n)
	}
}

// fail fails if anything is wrong.
func (f *findings) fail(t *testing.T) {
	t.Helper()
	if n := f.overspend + f.lost + f.doubled + f.unequal + f.unsettled; n > 0 {
		t.Errorf("got %d violations, want 0", n)
	}
	for _, said := range f.said {
		t.Error(said)
	}
}
