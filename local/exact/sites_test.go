package exact

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// The part of all moments before and after a call of the store in which a
// process is killed that serves, or that finishes what others began; beside the
// first that come to a new place.
const (
	deadly  = 0.0015
	patient = 0.0003
)

// sites are the places of the gateway that call the store, and how often a
// process was killed before and after the call.
type sites struct {
	mu    sync.Mutex
	known map[string]*site
}

// site is a place, how often a process came there, and how often one was killed
// before and after.
type site struct {
	came  int
	kills [2]int
}

func newSites() *sites { return &sites{known: map[string]*site{}} }

// dies decides whether a process is killed at a point.
func (s *sites) dies(p faults.Point, chance float64) bool {
	place, side := placeOf(p.Op), 0
	if p.After {
		side = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.known[place]
	if at == nil {
		at = &site{}
		s.known[place] = at
	}
	at.came += 1 - side
	if at.kills[side] > 0 && rand.Float64() >= chance {
		return false
	}
	at.kills[side]++
	return true
}

// placeOf is the function of ours, and what it does with the store. Those that
// only try a call again stand for who asked them to.
func placeOf(op faults.Op) string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		name, ours := strings.CutPrefix(f.Function, "github.com/tollgate-llm/tollgate/")
		name = strings.TrimPrefix(name, "core/")
		again := name == "ledger.(*Ledger).write" || name == "ledger.(*Ledger).read"
		if ours && !again && !strings.HasPrefix(name, "store/storetest/") && !strings.HasPrefix(name, "local/exact") {
			name, _, _ = strings.Cut(name, ".func")
			return op.String() + " in " + name
		}
		if !more {
			return op.String()
		}
	}
}

// must are places without which the others prove nothing.
var must = []string{
	"write in ledger.(*Ledger).take", "write in ledger.(*Hold).fence", "write in ledger.(*Hold).decide", "write in ledger.(*Ledger).post",
	"get in ledger.(*Ledger).decided", "write in ledger.(*Ledger).decided", "write in ledger.(*Ledger).closed", "get in people.(*chain).fetch",
}

// print writes "n of n", before and after each place that a process came to
// more than once, and fails where one is missing.
func (s *sites) print(t *testing.T, to io.Writer) {
	t.Helper()
	hit, of, died, lines := 0, 0, 0, []string{}
	for place, at := range s.known {
		died += at.kills[0] + at.kills[1]
		lines = append(lines, fmt.Sprintf("  %s: %d before, %d after, of %d", place, at.kills[0], at.kills[1], at.came))
		if at.came < 2 {
			continue
		}
		for _, n := range at.kills {
			of, hit = of+1, hit+min(n, 1)
		}
	}
	slices.Sort(lines)
	fmt.Fprintf(to, "processes killed: %d\ncall sites killed at: %d of %d\n%s\n", died, hit, of, strings.Join(lines, "\n"))
	if hit != of {
		t.Errorf("call sites: got processes killed at %d of %d", hit, of)
	}
	for _, place := range must {
		if s.known[place] == nil {
			t.Errorf("call sites: got none %s", place)
		}
	}
}
