package embedded_test

import (
	"os"
	"path/filepath"
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
