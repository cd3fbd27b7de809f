package queue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that passes when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newQueue() (*queue.Stored, *clock) {
	c := &clock{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	return &queue.Stored{Store: memory.New(c.time), Name: "q", Now: c.time, Visibility: time.Minute, MaxReceives: 3}, c
}

func bodies(messages []queue.Message) string {
	var all []string
	for _, m := range messages {
		all = append(all, fmt.Sprintf("%s %d", m.Body, m.Received))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// TestStored: messages are hidden, come again, are put aside, and are gone.
func TestStored(t *testing.T) {
	q, c := newQueue()
	ctx := t.Context()
	receive := func(most int, want string) []queue.Message {
		t.Helper()
		m, err := q.Receive(ctx, most)
		if err != nil || bodies(m) != want {
			t.Errorf("got %q, %v, want %q", bodies(m), err, want)
		}
		return m
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	receive(10, "")
	must(q.Send(ctx, 0, []string{"a", "b", "c"}))
	must(q.Send(ctx, 10*time.Second, []string{"late"}))
	first := receive(2, "a 1, b 1")
	receive(10, "c 1")
	receive(10, "")
	must(q.Delete(ctx, first[:1])) // a
	c.pass(10 * time.Second)
	late := receive(10, "late 1")
	c.pass(50 * time.Second)
	second := receive(10, "b 2, c 2")
	must(q.Delete(ctx, first[1:])) // b, which was received again since
	must(q.Return(ctx, first[1], 0))
	receive(10, "")
	must(q.Return(ctx, late[0], 5*time.Second))
	receive(10, "")
	c.pass(5 * time.Second)
	receive(10, "late 2")
	must(q.Return(ctx, second[0], 0))
	receive(10, "b 3")
	must(q.Delete(ctx, second[1:])) // c
	c.pass(time.Minute)
	receive(10, "late 3") // b came three times
	c.pass(time.Minute)
	receive(10, "")
	c.pass(queue.Retention)
	receive(10, "")
}

// TestAtLeastOnce: whatever fails, a message that was sent and is not deleted is
// delivered until it came too often, and no two have it at the same time.
func TestAtLeastOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, c := newQueue()
		net := faults.New(q.Store)
		q.Store = net
		ctx := context.Background()
		if err := q.Send(ctx, 0, []string{"a", "b", "c", "d"}); err != nil {
			t.Fatal(err)
		}
		net.Fault = faults.Seeded(rapid.Uint64().Draw(t, "seed"), faults.Rates{Throttled: 0.1, LostBefore: 0.1, LostAfter: 0.1})
		has, times := map[string]time.Time{}, map[string]int{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			messages, _ := q.Receive(ctx, rapid.IntRange(1, 3).Draw(t, "most"))
			for _, m := range messages {
				if c.time().Before(has[m.Body]) {
					t.Fatalf("%s is delivered to two at the same time", m.Body)
				}
				if times[m.Body]++; m.Received < times[m.Body] || m.Received > 3 {
					t.Fatalf("%s is delivered the %d. time, and says %d", m.Body, times[m.Body], m.Received)
				}
				has[m.Body] = c.time().Add(q.Visibility)
			}
			c.pass(time.Duration(rapid.IntRange(0, 40).Draw(t, "seconds")) * time.Second)
		}
		net.Fault = nil
		for range 4 {
			messages, err := q.Receive(ctx, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages {
				times[m.Body]++
			}
			c.pass(time.Minute)
		}
		left, err := q.Receive(ctx, 10)
		if err != nil || len(left) > 0 {
			t.Fatalf("got %v, %v, want all put aside", left, err)
		}
	})
}

// TestTogether: many take messages at the same time, and each has its own.
func TestTogether(t *testing.T) {
	const many = 8
	q, _ := newQueue()
	net := faults.New(q.Store)
	q.Store = net
	var looked sync.WaitGroup
	looked.Add(many)
	var looks atomic.Int32
	net.At = func(p faults.Point) { // all see the same before one takes any
		if p.Op == faults.Query && p.After && looks.Add(1) <= many {
			looked.Done()
			looked.Wait()
		}
	}
	var all []string
	for n := range 100 {
		all = append(all, fmt.Sprintf("%03d", n))
	}
	if err := q.Send(t.Context(), 0, all); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var got []string
	var workers sync.WaitGroup
	for range many {
		workers.Go(func() {
			for {
				m, err := q.Receive(t.Context(), 3)
				if err != nil {
					t.Error(err)
				}
				if len(m) == 0 {
					return
				}
				mu.Lock()
				for _, one := range m {
					got = append(got, one.Body)
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	slices.Sort(got)
	if !slices.Equal(got, all) {
		t.Errorf("got %d messages, want %d, each once", len(got), len(all))
	}
}

// TestLoop works off what is sent while it runs, and leaves the rest when it ends.
func TestLoop(t *testing.T) {
	q, c := newQueue()
	ctx, end := context.WithCancel(t.Context())
	wake, worked, ended := make(chan struct{}, 1), make(chan string, 10), make(chan struct{})
	busy := errors.New("busy")
	var mu sync.Mutex
	var wrong []error
	go func() {
		defer close(ended)
		q.Loop(ctx, wake, func(ctx context.Context, m []queue.Message) ([]string, error) {
			worked <- m[0].Body
			switch m[0].Body {
			case "bad":
				return []string{m[0].ID}, busy
			case "long":
				<-ctx.Done()
				return []string{m[0].ID}, ctx.Err()
			}
			return nil, nil
		}, func(err error) {
			mu.Lock()
			defer mu.Unlock()
			wrong = append(wrong, err)
		})
	}()
	if err := q.Send(ctx, 0, []string{"good", "bad", "long"}); err != nil {
		t.Fatal(err)
	}
	wake <- struct{}{}
	var got []string
	for range 3 {
		got = append(got, <-worked)
	}
	slices.Sort(got)
	if strings.Join(got, " ") != "bad good long" {
		t.Errorf("got %q", got)
	}
	end()
	<-ended
	if len(wrong) > 1 || len(wrong) == 1 && !errors.Is(wrong[0], busy) { // it may end before it can say so
		t.Errorf("got %v, want that it was busy", wrong)
	}
	m, err := q.Receive(t.Context(), 10)
	if err != nil || !strings.Contains(bodies(m), "long 2") || strings.Contains(bodies(m), "good") {
		t.Errorf("got %q, %v, want what was not done at once", bodies(m), err)
	}
	c.pass(time.Minute)
	if m, err = q.Receive(t.Context(), 10); err != nil || !strings.Contains(bodies(m), "bad") {
		t.Errorf("got %q, %v, want what failed after a while", bodies(m), err)
	}
}
