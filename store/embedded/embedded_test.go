package embedded_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/embedded"
	"github.com/tollgate-llm/tollgate/store/storetest"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		os.Exit(child(path))
	}
	goleak.VerifyTestMain(m)
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, now func() time.Time) store.Store {
		return openAt(t, filepath.Join(t.TempDir(), "store.db"), now)
	})
}

func open(tb testing.TB, path string) *embedded.Store { tb.Helper(); return openAt(tb, path, time.Now) }

func openAt(tb testing.TB, path string, now func() time.Time) *embedded.Store {
	tb.Helper()
	s, err := embedded.Open(path, now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: got error %v, want none", err)
		}
	})
	return s
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
