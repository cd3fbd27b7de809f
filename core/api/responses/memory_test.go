package responses_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/api/responses"
)

func put(t *testing.T, m *responses.Memory, id string, bytes int) {
	t.Helper()
	if err := m.Put(context.Background(), responses.Stored{ID: id, Response: json.RawMessage(strings.Repeat("x", bytes))}); err != nil {
		t.Fatal(err)
	}
}

// TestMemory: the oldest make room, what is replaced or deleted gives its room
// back, and what is larger than all the room is not kept.
func TestMemory(t *testing.T) {
	ctx := context.Background()
	m := &responses.Memory{Limit: 10_000}
	has := func(ids string) {
		t.Helper()
		for _, id := range strings.Split("a b c d", " ") {
			_, err := m.Get(ctx, "", id)
			if want := strings.Contains(ids, id); want != (err == nil) || err != nil && !errors.Is(err, responses.ErrNotFound) {
				t.Errorf("%s: got %v, want only %q", id, err, ids)
			}
		}
	}
	put(t, m, "a", 3000)
	put(t, m, "b", 3000)
	put(t, m, "c", 3000)
	has("a b c")
	put(t, m, "a", 3000) // now the youngest
	put(t, m, "d", 3000)
	has("a c d")
	for range 5 {
		if err := m.Delete(ctx, "", "c"); err != nil {
			t.Error(err)
		}
		put(t, m, "b", 3000)
		put(t, m, "b", 3000)
		has("a b d")
	}
	if err := m.Put(ctx, responses.Stored{ID: "b", Response: make(json.RawMessage, 20_000)}); !errors.Is(err, responses.ErrTooLarge) {
		t.Errorf("more than fits: got %v, want %v", err, responses.ErrTooLarge)
	}
	has("a d")
	put(t, m, "a", 9000)
	has("a")
}
