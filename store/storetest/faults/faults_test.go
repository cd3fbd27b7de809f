package faults_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestNone holds that without faults it is a store like any other.
func TestNone(t *testing.T) {
	storetest.Run(t, func(_ *testing.T, now func() time.Time) store.Store { return faults.New(memory.New(now)) })
}

// TestKinds writes down the order in which writes come to a store, each of
// which is a letter, and what their caller is told.
func TestKinds(t *testing.T) {
	for _, tc := range []struct {
		name   string
		faults []faults.Fault // of the writes a, b, c, ... of one item
		want   string         // what was written, in its order; after a bar what Land wrote
		errs   string         // what each caller saw
	}{
		{"none", []faults.Fault{{}, {}}, "ab|", "ok ok"},
		{"throttled", []faults.Fault{{Kind: faults.Throttled}, {}}, "b|", "throttled ok"},
		{"lost before", []faults.Fault{{Kind: faults.LostBefore}, {}}, "b|", "lost ok"},
		{"lost after", []faults.Fault{{Kind: faults.LostAfter}, {}}, "ab|", "lost ok"},
		{"slow", []faults.Fault{{Kind: faults.Slow}, {}}, "<a>b|", "ok ok"},
		{"late for good", []faults.Fault{{Kind: faults.Late}, {}, {}}, "bc|a", "lost ok ok"},
		{"late after the retry", []faults.Fault{{Kind: faults.Late, Writes: 1}, {}, {}}, "bac|", "lost ok ok"},
		{"late after the next", []faults.Fault{{Kind: faults.Late, Writes: 2}, {}, {}, {}}, "bcad|", "lost ok ok ok"},
		{"never late enough", []faults.Fault{{Kind: faults.Late, Writes: 3}, {}, {}}, "bc|a", "lost ok ok"},
		{"two late", []faults.Fault{{Kind: faults.Late, Writes: 2}, {Kind: faults.Late, Writes: 1}, {}, {}}, "cbda|", "lost lost ok ok"},
		{"two for good", []faults.Fault{{Kind: faults.Late}, {Kind: faults.Late}, {}}, "c|ab", "lost lost ok"},
		{"what is lost does not pass", []faults.Fault{{Kind: faults.Late, Writes: 1}, {Kind: faults.LostBefore}, {Kind: faults.Throttled}, {}}, "da|", "lost lost throttled ok"},
		{"what was done does", []faults.Fault{{Kind: faults.Late, Writes: 1}, {Kind: faults.LostAfter}, {}}, "bac|", "lost lost ok"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			below := &log{Store: memory.New(time.Now)}
			s := faults.New(below)
			s.Fault = func(p faults.Point) faults.Fault { return tc.faults[p.Call-1] }
			s.Wait = func(context.Context) {
				below.lines = append(below.lines, map[bool]string{true: "<", false: ">"}[len(below.lines) == 0])
			}
			var errs []string
			for i := range tc.faults {
				ctx, cancel := context.WithCancel(t.Context())
				_, err := s.Write(ctx, letter('a'+i))
				cancel() // whoever sent what is late is gone
				errs = append(errs, word(err))
			}
			below.lines = append(below.lines, "|")
			landed := s.Land(t.Context())
			got := strings.Join(below.lines, "")
			if got != tc.want || landed != len(got)-strings.Index(got, "|")-1 || strings.Join(errs, " ") != tc.errs {
				t.Errorf("got %s, %d landed, and %s; want %s and %s", got, landed, errs, tc.want, tc.errs)
			}
		})
	}
}

// letter is a write that the log shows as a letter.
func letter(r int) store.Write {
	return store.Write{Key: store.Key{PK: "p", SK: "#"}, Set: store.Item{"is": string(rune(r))}}
}

func word(err error) string {
	refused := new(store.Refused)
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, store.ErrThrottled):
		return "throttled"
	case errors.Is(err, faults.ErrLost):
		return "lost"
	case errors.Is(err, faults.ErrDead):
		return "dead"
	case errors.As(err, &refused):
		return "refused"
	}
	return err.Error()
}

// log is a store that writes down what it is asked to write. It is used by one
// goroutine at a time.
type log struct {
	*memory.Store
	lines []string
}

func (l *log) Write(ctx context.Context, w store.Write) (store.Item, error) {
	l.lines = append(l.lines, w.Set.Text("is"))
	return l.Store.Write(ctx, w)
}

// TestOtherItems holds that a late write waits for writes of its own item.
func TestOtherItems(t *testing.T) {
	below := &log{Store: memory.New(time.Now)}
	s := faults.New(below)
	s.Fault = func(p faults.Point) faults.Fault {
		return map[int]faults.Fault{1: {Kind: faults.Late, Writes: 1}}[p.Call]
	}
	other := letter('b')
	other.Key.SK = "other"
	for _, w := range []store.Write{letter('a'), other, letter('c')} {
		_, _ = s.Write(t.Context(), w)
	}
	if err := s.WriteAll(t.Context(), []store.Write{letter('d')}); err != nil {
		t.Error(err)
	}
	if got, want := strings.Join(below.lines, ""), "bca"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestReads holds that all calls fail, and that a call which does returns nothing.
func TestReads(t *testing.T) {
	below := memory.New(time.Now)
	if _, err := below.Write(t.Context(), letter('a')); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[faults.Kind]string{
		faults.None: "ok", faults.Throttled: "throttled", faults.LostBefore: "lost", faults.LostAfter: "lost", faults.Late: "lost", faults.Slow: "ok",
	} {
		s := faults.New(below)
		s.Fault = func(faults.Point) faults.Fault { return faults.Fault{Kind: kind} }
		item, get := s.Get(t.Context(), letter('a').Key, true)
		page, query := s.Query(t.Context(), store.Query{PK: "p"})
		written, write := s.Write(t.Context(), letter('b'))
		all := s.WriteAll(t.Context(), []store.Write{letter('c')})
		for op, err := range map[string]error{"get": get, "query": query, "write": write, "write all": all} {
			if word(err) != want {
				t.Errorf("%s: got error %v of %s, want %s", kind, err, op, want)
			}
		}
		if isNone := item == nil && written == nil && page.Items == nil; isNone != (want != "ok") {
			t.Errorf("%s: got %v, %v and %v beside the error", kind, item, page, written)
		}
		if got := s.Hits(kind); got != 4 || s.Calls() != 4 {
			t.Errorf("%s: got %d hits of %d calls, want 4 of 4", kind, got, s.Calls())
		}
		if got, want := s.Land(t.Context()), map[faults.Kind]int{faults.Late: 2}[kind]; got != want {
			t.Errorf("%s: got %d writes on their way, want %d", kind, got, want)
		}
	}
}

// TestSeeded draws the same faults from the same seed, as often as asked.
func TestSeeded(t *testing.T) {
	const calls = 20_000
	rates := faults.Rates{Throttled: 0.03, LostBefore: 0.02, LostAfter: 0.03, Late: 0.04, Slow: 0.05}
	draw := func(seed uint64) (drawn []faults.Fault) {
		f := faults.Seeded(seed, rates)
		for i := range calls {
			drawn = append(drawn, f(faults.Point{Call: i + 1}))
		}
		return drawn
	}
	first := draw(1)
	if !slices.Equal(first, draw(1)) {
		t.Error("got other faults of the same seed, want the same")
	}
	if slices.Equal(first, draw(2)) {
		t.Error("got the same faults of another seed, want others")
	}
	count := map[faults.Fault]float64{}
	for _, f := range first {
		count[f]++
		count[faults.Fault{Kind: f.Kind, Writes: -1}]++
	}
	for kind, rate := range map[faults.Kind]float64{
		faults.None: 0.83, faults.Throttled: 0.03, faults.LostBefore: 0.02, faults.LostAfter: 0.03, faults.Late: 0.04, faults.Slow: 0.05,
	} {
		if got, want := count[faults.Fault{Kind: kind, Writes: -1}], rate*calls; got < want*0.85 || got > want*1.15 {
			t.Errorf("%s: got %v of %d calls, want about %v", kind, got, calls, want)
		}
	}
	for writes := range 5 {
		if got, want := count[faults.Fault{Kind: faults.Late, Writes: writes}], 0.04*calls/5; got < want*0.7 || got > want*1.3 {
			t.Errorf("late by %d: got %v of %d calls, want about %v", writes, got, calls, want)
		}
	}
}

// TestKill ends a process at each point of its life: three writes.
func TestKill(t *testing.T) {
	for _, tc := range []struct {
		at            string
		written, errs string
	}{
		{"1 before", "", "dead dead dead"},
		{"1 after", "a", "dead dead dead"},
		{"2 before", "a", "ok dead dead"},
		{"2 after", "ab", "ok dead dead"},
		{"3 before", "ab", "ok ok dead"},
		{"3 after", "abc", "ok ok dead"},
		{"never", "abc", "ok ok ok"},
	} {
		for _, leave := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s leave %v", tc.at, leave), func(t *testing.T) {
				below := &log{Store: memory.New(time.Now)}
				s := faults.New(below)
				s.At = func(p faults.Point) {
					if p.Op != faults.Write || p.Key != letter('a').Key {
						t.Errorf("got %s of %v, want the write", p.Op, p.Key)
					}
					if fmt.Sprint(p.Call, map[bool]string{false: " before", true: " after"}[p.After]) != tc.at {
						return
					}
					if s.Kill(); leave {
						runtime.Goexit()
					}
				}
				errs := []string{"dead", "dead", "dead"}
				done := make(chan struct{})
				go func() {
					defer close(done)
					for i := range errs {
						_, err := s.Write(t.Context(), letter('a'+i))
						errs[i] = word(err)
					}
				}()
				<-done
				if got := strings.Join(below.lines, ""); got != tc.written || strings.Join(errs, " ") != tc.errs {
					t.Errorf("got %q written and %s, want %q and %s", got, errs, tc.written, tc.errs)
				}
			})
		}
	}
}

// TestLateAfterDeath has a process die with a write on its way, as one store
// with faults for all processes knows it: the other's next write lets it land.
func TestLateAfterDeath(t *testing.T) {
	below := &log{Store: memory.New(time.Now)}
	net := faults.New(below)
	net.Fault = func(p faults.Point) faults.Fault {
		return map[int]faults.Fault{1: {Kind: faults.Late, Writes: 1}}[p.Call]
	}
	dying, living := faults.New(net), faults.New(net)
	if _, err := dying.Write(t.Context(), letter('a')); !errors.Is(err, faults.ErrLost) {
		t.Errorf("got error %v, want ErrLost", err)
	}
	dying.Kill()
	if _, err := dying.Get(t.Context(), letter('a').Key, true); !errors.Is(err, faults.ErrDead) {
		t.Errorf("got error %v, want ErrDead", err)
	}
	if _, err := living.Write(t.Context(), letter('b')); err != nil {
		t.Error(err)
	}
	if got, want := strings.Join(below.lines, ""), "ba"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
