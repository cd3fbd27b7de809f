package batch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is what batches live in: a store across a network that fails, a queue,
// workers that die, and providers whose answers are all different.
type world struct {
	mu    sync.Mutex
	now   time.Time
	kept  *memory.Store
	net   *faults.Store // between all processes and what they keep
	queue *queue.Stored

	id      string
	said    map[int][]string  // each line's answers and errors, as its runs had them
	begun   map[int]int       // how often each was
	running map[int]time.Time // since when each is
	wrong   []string
	// fate is how the next run of a line ends; nil: it is answered.
	fate func(index int) error
}

func newWorld() *world {
	w := &world{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), said: map[int][]string{}, begun: map[int]int{}, running: map[int]time.Time{}}
	w.kept = memory.New(w.clock)
	w.net = faults.New(w.kept)
	w.queue = &queue.Stored{Store: w.kept, Name: "q", Now: w.clock, Visibility: batch.Lease + time.Minute, MaxReceives: batch.MaxReceives}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// process is one that works in the world, through a store of its own.
func (w *world) process(in store.Store) *batch.Batches {
	return &batch.Batches{
		Store: in, Queue: w.queue, Now: w.clock, Sleep: func(context.Context, time.Duration) error { return nil }, Keep: batch.Lifetime, Run: w.run,
		Tell: func(err error) json.RawMessage { return json.RawMessage(fmt.Sprintf("%q", err.Error())) },
	}
}

// run answers a line, unless its fate is another.
func (w *world) run(_ context.Context, l *batch.Line) (json.RawMessage, error) {
	w.mu.Lock()
	w.begun[l.Index]++
	run := w.begun[l.Index]
	if since, ok := w.running[l.Index]; ok && w.now.Before(since.Add(batch.Lease)) {
		w.wrong = append(w.wrong, fmt.Sprintf("line %d is run twice at a time", l.Index))
	}
	if want := fmt.Sprintf(`{"n": %d}`, l.Index); string(l.Body) != want || string(l.Batch.Asker) != "asker" {
		w.wrong = append(w.wrong, fmt.Sprintf("line %d: got %s of %s, want %s", l.Index, l.Body, l.Batch.Asker, want))
	}
	w.running[l.Index] = w.now
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.running, l.Index)
	}()
	if w.done(l.Index) {
		w.violation("line %d is run although it has its result", l.Index)
	}
	answer, err := fmt.Sprintf(`{"answer":"%d.%d"}`, l.Index, run), error(nil)
	if w.fate != nil {
		err = w.fate(l.Index)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.said[l.Index] = append(w.said[l.Index], fmt.Sprintf("%q", err.Error()))
		return nil, err
	}
	w.said[l.Index] = append(w.said[l.Index], answer)
	return json.RawMessage(answer), nil
}

func (w *world) violation(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// done reads by itself whether a line says that it has a result.
func (w *world) done(index int) bool {
	found := false
	for sheet := range 40 {
		item, err := w.kept.Get(context.Background(), store.Key{PK: fmt.Sprintf("BS#%s#0", w.id), SK: fmt.Sprintf("%05d", sheet)}, true)
		if err != nil {
			break
		}
		if n := index - int(item.Int("from")); n >= 0 && n < int(item.Int("count")) {
			found = item.Text(fmt.Sprintf("r%d", n)) != ""
		}
	}
	return found
}

// lines are requests that all differ, of about so many bytes.
func lines(n int) []json.RawMessage {
	all := make([]json.RawMessage, n)
	for i := range all {
		all[i] = json.RawMessage(fmt.Sprintf(`{"n": %d}`, i))
	}
	return all
}

// create makes a batch of me's.
func (w *world) create(t rapid.TB, b *batch.Batches, n int) *batch.Batch {
	t.Helper()
	made, unsent, err := b.Create(context.Background(), "me", []byte("asker"), lines(n))
	if err != nil || unsent != nil {
		t.Fatalf("create: %v, %v", err, unsent)
	}
	w.id = made.ID
	return made
}

// settle lets time pass, and others do what the dead began, until the batch is
// done.
func (w *world) settle(t rapid.TB) *batch.Batch {
	t.Helper()
	ctx := context.Background()
	w.net.Fault, w.fate = nil, nil
	w.net.Land(ctx)
	b := w.process(w.net)
	for range 200 {
		for {
			messages, err := w.queue.Receive(ctx, 3)
			if err != nil {
				t.Fatal(err)
			}
			if len(messages) == 0 {
				break
			}
			w.deliver(t, b, messages)
		}
		if err := b.Tend(ctx); err != nil {
			t.Fatalf("tend: %v", err)
		}
		one, err := b.Find(ctx, "me", w.id)
		if err != nil {
			t.Fatalf("find: %v", err)
		}
		if one.Done() {
			return one
		}
		w.pass(10 * time.Minute)
	}
	t.Fatal("the batch is not done after a day and a half")
	return nil
}

// deliver has messages worked off, as Lambda does.
func (w *world) deliver(t rapid.TB, b *batch.Batches, messages []queue.Message) {
	again, _ := b.Work(context.Background(), messages)
	var gone []queue.Message
	for _, m := range messages {
		if !strings.Contains(strings.Join(again, " "), m.ID) {
			gone = append(gone, m)
		}
	}
	if err := w.queue.Delete(context.Background(), gone); err != nil {
		t.Fatal(err)
	}
}

// results are a batch's, by line, as text.
func (w *world) results(t rapid.TB, of *batch.Batch) []batch.Result {
	t.Helper()
	var all []batch.Result
	for r, err := range w.process(w.net).Results(context.Background(), of) {
		if err != nil {
			t.Fatalf("results: %v", err)
		}
		if r.Index != len(all) {
			t.Fatalf("got the result of line %d, want that of %d", r.Index, len(all))
		}
		all = append(all, r)
	}
	if len(all) != of.Lines || of.Completed+of.Failed != of.Lines {
		t.Fatalf("got %d results, %d and %d, want %d", len(all), of.Completed, of.Failed, of.Lines)
	}
	return all
}

// check holds that results are what runs had, or what is said when none had any.
func (w *world) check(t rapid.TB, all []batch.Result) {
	t.Helper()
	for _, r := range all {
		own := r.Error && (strings.Contains(string(r.Body), "given up") || strings.Contains(string(r.Body), "completion window"))
		if !own && !strings.Contains(strings.Join(w.said[r.Index], "\n"), string(r.Body)) {
			t.Errorf("line %d: got %s, want one of %q", r.Index, r.Body, w.said[r.Index])
		}
	}
	for _, said := range w.wrong {
		t.Error(said)
	}
}

// The ways in which runs end.
var (
	errRefused = &llm.Error{Class: llm.BadRequestError, Message: "no", Provider: "openai"}
	errBusy    = &llm.Error{Class: llm.RateLimitError, Message: "the provider is busy", Provider: "openai"}
	errBudget  = &llm.Error{Class: llm.BudgetExceededError, Type: "budget_exceeded", Message: "no money"}
	errPlace   = &llm.Error{Class: llm.RateLimitError, Type: "budget_exceeded", Message: "no money there"}
	errKey     = &llm.Error{Class: llm.AuthenticationError, Message: "blocked"}
	errLimit   = &llm.Error{Class: llm.RateLimitError, Message: "too many", RetryAfter: 40 * time.Second}
	errStore   = &llm.Error{Class: llm.ServiceUnavailableError, Message: "budgets cannot be checked now", Err: errors.New("lost")}
	errUnknown = errors.New("who knows")
)
