package emulator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// shelf is a queue of a test.
type shelf struct {
	mu      sync.Mutex
	waiting []queue.Message
	deleted []string
	empty   chan struct{} // closed when it is asked, and all is taken
	once    sync.Once
}

func (s *shelf) Receive(ctx context.Context, most int) ([]queue.Message, error) {
	s.mu.Lock()
	n := min(most, len(s.waiting))
	got := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	s.mu.Unlock()
	if n == 0 {
		s.once.Do(func() { close(s.empty) })
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return got, nil
}

func (s *shelf) Delete(_ context.Context, messages []queue.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range messages {
		s.deleted = append(s.deleted, m.ID)
	}
	return nil
}

// TestPoll: the product's own function of batches gets its messages, and names
// those that it cannot work off: all, because it has no table.
func TestPoll(t *testing.T) {
	bootstraps, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	_, g, stop := gateway(t, Options{Bootstraps: bootstraps, Env: []string{"LITELLM_MASTER_KEY=" + master}})
	of := routes.Queues()[0]
	s := &shelf{empty: make(chan struct{})}
	for n := range 12 {
		s.waiting = append(s.waiting, queue.Message{ID: fmt.Sprint(n), Body: "{}", Received: 1})
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		g.Poll(ctx, s, of)
	}()
	<-s.empty
	cancel()
	<-ended
	if len(s.deleted) > 0 {
		t.Errorf("got %q deleted, want none", s.deleted)
	}
	if log := stop(); !strings.Contains(log, "TABLE_NAME names no table") || strings.Contains(log, "of the queue") {
		t.Errorf("got the log %q, want why, and no failure of the function", log)
	}
}

// TestFailures: which messages a reply wants again.
func TestFailures(t *testing.T) {
	given := []queue.Message{{ID: "a"}, {ID: "b"}}
	for reply, want := range map[string]string{
		``: "", `null`: "", `{}`: "", `{"batchItemFailures":[]}`: "",
		`{"batchItemFailures":[{"itemIdentifier":"b"}]}`:                         "b",
		`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}`:  "a b",
		`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":""}]}`:   "error",
		`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"no"}]}`: "error",
		`{"batchItemFailures":`: "error", `"ok"`: "error",
	} {
		ids, err := failures([]byte(reply), given)
		got := strings.Join(slices.Sorted(slices.Values(ids)), " ")
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", reply, got, want)
		}
	}
}
