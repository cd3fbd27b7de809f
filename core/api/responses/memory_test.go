package responses_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
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
			_, err := m.Get(ctx, id)
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
		if err := m.Delete(ctx, "c"); err != nil {
			t.Error(err)
		}
		put(t, m, "b", 3000)
		put(t, m, "b", 3000)
		has("a b d")
	}
	put(t, m, "c", 20_000)
	has("")
	put(t, m, "a", 9000)
	has("a")
}

// TestTaken: an id belongs to who had it first.
func TestTaken(t *testing.T) {
	ctx := context.Background()
	m := &responses.Memory{Limit: 10_000}
	if err := m.Put(ctx, responses.Stored{ID: "a", Owner: "me"}); err != nil {
		t.Fatal(err)
	}
	if err := m.Put(ctx, responses.Stored{ID: "a", Owner: "you"}); !errors.Is(err, responses.ErrTaken) {
		t.Errorf("got %v, want %v", err, responses.ErrTaken)
	}
	if got, err := m.Get(ctx, "a"); err != nil || got.Owner != "me" {
		t.Errorf("got %+v, %v, want mine", got, err)
	}
}

func TestMemoryTogether(t *testing.T) {
	ctx := context.Background()
	m := &responses.Memory{Limit: 5_000}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 100 {
				id := fmt.Sprint(i, n%7)
				put(t, m, id, 100)
				if got, err := m.Get(ctx, id); err == nil && got.ID != id {
					t.Errorf("got %s, want %s", got.ID, id)
				}
				if err := m.Delete(ctx, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
