package memory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestExpiredGo: what has expired takes no room once something else is written;
// what was given longer meanwhile stays.
func TestExpiredGo(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	s := memory.New(func() time.Time { return now })
	for n := range 10 {
		w := store.Write{Key: store.Key{PK: "p", SK: fmt.Sprint(n)}, Set: store.Item{"a": "b"}, Expires: now.Add(time.Minute)}
		if _, err := s.Write(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	longer := store.Write{Key: store.Key{PK: "p", SK: "3"}, Set: store.Item{"a": "c"}, Expires: now.Add(time.Hour)}
	if _, err := s.Write(t.Context(), longer); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Minute)
	if _, err := s.Write(t.Context(), store.Write{Key: store.Key{PK: "q", SK: "q"}, Set: store.Item{"a": "b"}}); err != nil {
		t.Fatal(err)
	}
	if got := s.Len(); got != 2 {
		t.Errorf("got %d items, want the one that was given longer and the new one", got)
	}
}
