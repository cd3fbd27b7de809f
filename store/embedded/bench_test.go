//go:build unix

package embedded_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// BenchmarkWrite writes rows of 400 bytes under a condition, as the ledger does,
// by 1, 16 and 64 callers. A lone caller's every write is synced by itself. The
// processor's time is the process's own, so that it says the same on a busy
// machine.
func BenchmarkWrite(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "store.db"))
			var ids atomic.Int64
			each(b, callers, func() error {
				id := ids.Add(1)
				_, err := s.Write(b.Context(), row(id))
				return err
			})
		})
	}
}

// BenchmarkHold changes one item by all callers, as a budget is.
func BenchmarkHold(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "store.db"))
			each(b, callers, func() error {
				_, err := s.Write(b.Context(), store.Write{
					Key: store.Key{PK: "A#team#m:2026-11", SK: "#"},
					If:  []store.Condition{{Attr: "cm", Op: store.AtMost, Value: int64(1 << 60), OrAbsent: true}},
					Set: store.Item{"lim": int64(1 << 60)}, Add: map[string]int64{"cm": 1_234_567},
				})
				return err
			})
		})
	}
}

// BenchmarkGet reads a row.
func BenchmarkGet(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "store.db"))
	for id := range int64(1000) {
		if _, err := s.Write(b.Context(), row(id)); err != nil {
			b.Fatal(err)
		}
	}
	var ids atomic.Int64
	each(b, 16, func() error {
		_, err := s.Get(b.Context(), row(ids.Add(1)%1000).Key, true)
		return err
	})
}

// each calls do b.N times, by so many callers at a time.
func each(b *testing.B, callers int, do func() error) {
	b.Helper()
	left := atomic.Int64{}
	left.Store(int64(b.N))
	failed := make(chan error, callers)
	b.ResetTimer()
	before := processor(b)
	for range callers {
		go func() {
			for left.Add(-1) >= 0 {
				if err := do(); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for range callers {
		if err := <-failed; err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64(processor(b)-before)/float64(b.N), "cpu-ns/op")
}

// processor is the time that this process has had of the processors.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
