package embedded_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// BenchmarkWrite writes rows of 400 bytes under a condition, as the ledger does,
// by 1, 16 and 64 callers.
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

// row is a write of a spend row.
func row(id int64) store.Write {
	return store.Write{
		Key: store.Key{PK: "R#2026-11-21#" + strconv.FormatInt(id%64, 10), SK: strconv.FormatInt(id, 36)},
		If:  []store.Condition{{Attr: "st", Op: store.Absent}},
		Set: store.Item{
			"st": "PENDING", "est": 1_234_567_890 + id, "model": "gpt-5.1-mini", "deployment": "d-0123456789abcdef",
			"key": "K#0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "team": "T#platform", "user": "U#somebody@example.com",
			"deadline": int64(1_763_700_000_000), "route": "/v1/chat/completions", "in": int64(1_200), "out": int64(350),
			store.Index1PK: "key#2026-11-21#7", store.Index1SK: strconv.FormatInt(id, 36),
		},
		Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// each calls do b.N times, by so many callers at a time.
func each(b *testing.B, callers int, do func() error) {
	b.Helper()
	left := atomic.Int64{}
	left.Store(int64(b.N))
	failed := make(chan error, callers)
	b.ResetTimer()
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
}
