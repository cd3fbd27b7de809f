package batch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// TestLife: a batch is queued, in progress and done, and only its owner sees it.
func TestLife(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	made := w.create(t, b, 45)
	look := func(want batch.Status, good, bad int) *batch.Batch {
		t.Helper()
		one, err := b.Find(t.Context(), "me", made.ID)
		if err != nil || one.Status != want || one.Completed != good || one.Failed != bad || one.Lines != 45 {
			t.Fatalf("got %+v, %v, want %s with %d and %d", one, err, want, good, bad)
		}
		return one
	}
	look(batch.Queued, 0, 0)
	for _, owner := range []string{"you", ""} {
		if _, err := b.Find(t.Context(), owner, made.ID); !errors.Is(err, batch.ErrNotFound) {
			t.Errorf("%q: got %v, want %v", owner, err, batch.ErrNotFound)
		}
	}
	if _, err := b.Find(t.Context(), "me", "batch_0"); !errors.Is(err, batch.ErrNotFound) {
		t.Errorf("got %v, want %v", err, batch.ErrNotFound)
	}
	w.fate = func(index int) error {
		if index%10 == 3 {
			return errRefused
		}
		return nil
	}
	for n := range 5 {
		messages, err := w.queue.Receive(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		w.deliver(t, b, messages)
		if n == 0 {
			look(batch.InProgress, 9, 1)
		}
	}
	w.pass(time.Second)
	one := look(batch.Completed, 40, 5)
	if !one.Finished.Equal(w.now) || !one.Ends.Equal(made.Created.Add(24*time.Hour)) {
		t.Errorf("got it finished at %v, until %v", one.Finished, one.Ends)
	}
	all := w.results(t, one)
	w.check(t, all)
	if string(all[3].Body) != `"BadRequestError: no"` || !all[3].Error || string(all[44].Body) != `{"answer":"44.1"}` || all[44].Error {
		t.Errorf("got %s and %s", all[3].Body, all[44].Body)
	}
	w.pass(time.Hour)
	if again := look(batch.Completed, 40, 5); !again.Finished.Equal(one.Finished) {
		t.Errorf("got it finished at %v, and at %v when asked again", one.Finished, again.Finished)
	}
	w.pass(batch.Lifetime)
	if _, err := b.Find(t.Context(), "me", made.ID); !errors.Is(err, batch.ErrNotFound) {
		t.Errorf("after 30 days: got %v, want %v", err, batch.ErrNotFound)
	}
}

// TestVerdicts: what a line's error makes of it.
func TestVerdicts(t *testing.T) {
	for _, tc := range []struct {
		name  string
		err   error
		again bool          // the queue delivers it again
		waits time.Duration // before it is run again; 0: it has its result
	}{
		{"refused by the provider", errRefused, false, 0},
		{"a provider's limit", errBusy, false, 0},
		{"no money", errBudget, false, 0},
		{"no money of a deployment", errPlace, false, 0},
		{"a key that is blocked", errKey, false, 0},
		{"a limit", errLimit, false, 40 * time.Second},
		{"a store that fails", errStore, true, 16 * time.Minute},
		{"nobody knows what", errUnknown, true, 16 * time.Minute},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld()
			b := w.process(w.net)
			w.create(t, b, 1)
			w.fate = func(int) error { return tc.err }
			messages, err := w.queue.Receive(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			again, why := b.Work(t.Context(), messages)
			if (len(again) == 1) != tc.again || (why != nil) != tc.again {
				t.Errorf("got %q and %v, want again %v", again, why, tc.again)
			}
			if !tc.again {
				if err := w.queue.Delete(t.Context(), messages); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.done(0); got != (tc.waits == 0) {
				t.Errorf("got a result %v", got)
			}
			if tc.waits == 0 {
				return
			}
			w.fate = nil
			w.pass(tc.waits - time.Second)
			if m, _ := w.queue.Receive(t.Context(), 1); len(m) > 0 {
				t.Error("it comes too early")
			}
			w.pass(time.Second)
			m, err := w.queue.Receive(t.Context(), 1)
			if err != nil || len(m) != 1 {
				t.Fatalf("got %v, %v, want it again", m, err)
			}
			w.deliver(t, b, m)
			if !w.done(0) {
				t.Error("got no result at the second run")
			}
		})
	}
}

// TestWaitingIsNoFailure: a line may wait for a limit as often as it must.
func TestWaitingIsNoFailure(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 1)
	for n := range 50 {
		w.fate = func(int) error { return errLimit }
		if n == 49 {
			w.fate = nil
		}
		m, err := w.queue.Receive(t.Context(), 1)
		if err != nil || len(m) != 1 {
			t.Fatalf("time %d: got %v, %v, want the message", n, m, err)
		}
		w.deliver(t, b, m)
		w.pass(40 * time.Second)
	}
	all := w.results(t, w.settle(t))
	if all[0].Error {
		t.Errorf("got %s, want the answer", all[0].Body)
	}
}

// TestGivenUp: a line whose message is delivered for the last time gets its error;
// one whose workers all died gets one from Tend.
func TestGivenUp(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 2)
	w.fate = func(index int) error {
		if index == 1 {
			w.net.Kill()
		}
		return errStore
	}
	for range batch.MaxReceives {
		w.net = faults.New(w.kept)
		b = w.process(w.net)
		for {
			m, err := w.queue.Receive(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(m) == 0 {
				break
			}
			again, _ := b.Work(t.Context(), m)
			if len(again) == 0 {
				if err := w.queue.Delete(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			w.net = faults.New(w.kept)
			b = w.process(w.net)
		}
		w.pass(16 * time.Minute)
	}
	if w.begun[0] != batch.MaxReceives || w.begun[1] != batch.MaxReceives {
		t.Errorf("got %v runs, want %d of each", w.begun, batch.MaxReceives)
	}
	if !w.done(0) || w.done(1) {
		t.Errorf("got results %v and %v, want the first", w.done(0), w.done(1))
	}
	if err := b.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	one, err := b.Find(t.Context(), "me", w.id)
	if err != nil || one.Status != batch.Completed || one.Failed != 2 {
		t.Fatalf("got %+v, %v, want both failed", one, err)
	}
	all := w.results(t, one)
	w.check(t, all)
	if !strings.Contains(string(all[0].Body), "given up after several tries: budgets cannot be checked now") || !strings.Contains(string(all[1].Body), "none of them came to an end") {
		t.Errorf("got %s and %s", all[0].Body, all[1].Body)
	}
}

// TestWindow: lines that nobody comes for end with the window.
func TestWindow(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 3)
	m, err := w.queue.Receive(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.deliver(t, b, m)
	w.queue = &queue.Stored{Store: w.kept, Name: "another", Now: w.clock, Visibility: time.Hour, MaxReceives: 1}
	w.pass(24*time.Hour - time.Second)
	b = w.process(w.net)
	if err := b.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if one, err := b.Find(t.Context(), "me", w.id); err != nil || one.Status != batch.InProgress {
		t.Errorf("a second before: got %+v, %v, want it in progress", one, err)
	}
	w.pass(time.Second)
	late, err := w.queue.Receive(t.Context(), 1) // Tend has sent it again
	if err != nil || len(late) != 1 {
		t.Fatalf("got %v, %v, want a message", late, err)
	}
	w.deliver(t, b, late)
	if w.begun[1]+w.begun[2] > 0 {
		t.Error("a line is run after the window")
	}
	if err := b.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	one, err := b.Find(t.Context(), "me", w.id)
	if err != nil || one.Status != batch.Expired || one.Completed != 1 || one.Failed != 2 {
		t.Fatalf("got %+v, %v, want it expired with one answer", one, err)
	}
	w.check(t, w.results(t, one))
}

// deaf is a queue that takes nothing.
type deaf struct{}

func (deaf) Send(context.Context, time.Duration, []string) error { return errors.New("no route") }

// TestUnsent: messages that were not sent are, by Tend, within minutes.
func TestUnsent(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	b.Queue = deaf{}
	made, unsent, err := b.Create(t.Context(), "me", []byte("asker"), lines(30))
	if err != nil || unsent == nil {
		t.Fatalf("got %v, %v, want it unsent", unsent, err)
	}
	w.id = made.ID
	b.Queue = w.queue
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{time.Minute, 0}, {2 * time.Minute, 30}, {3 * time.Minute, 0}} {
		w.pass(step.after)
		if err := b.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		m, err := w.queue.Receive(t.Context(), 100)
		if err != nil || len(m) != step.want {
			t.Errorf("got %d messages, %v, want %d", len(m), err, step.want)
		}
	}
	w.settle(t)
}

// TestLarge: what does not fit in an item is kept in several, and a sheet has as
// many lines as fit.
func TestLarge(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	rng := rand.New(rand.NewPCG(1, 1))
	noise := func(n int) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[rng.IntN(36)]
		}
		return string(text)
	}
	var all []json.RawMessage
	for _, size := range []int{10, 200_000, 100_000, 1_500_000, 5, 5} {
		all = append(all, json.RawMessage(fmt.Sprintf(`{"text":"%s <&>"}`, noise(size))))
	}
	var mu sync.Mutex
	got := map[int]string{}
	b.Run = func(_ context.Context, l *batch.Line) (json.RawMessage, error) {
		mu.Lock()
		defer mu.Unlock()
		got[l.Index] = string(l.Body)
		return l.Body, nil
	}
	made, unsent, err := b.Create(t.Context(), "me", nil, all)
	if err != nil || unsent != nil {
		t.Fatal(err, unsent)
	}
	w.id = made.ID
	m, err := w.queue.Receive(t.Context(), 10)
	if err != nil || len(m) != len(all) {
		t.Fatalf("got %d messages, %v", len(m), err)
	}
	w.deliver(t, b, m)
	one, err := b.Find(t.Context(), "me", made.ID)
	if err != nil || !one.Done() {
		t.Fatalf("got %+v, %v, want it done", one, err)
	}
	for i, r := range w.results(t, one) {
		if got[i] != string(all[i]) || string(r.Body) != string(all[i]) {
			t.Errorf("line %d: what is asked or answered is not what was", i)
		}
	}
}

// TestForeignMessages: what names no line is delivered again, until it is put
// aside; what names none any more is dropped.
func TestForeignMessages(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	made := w.create(t, b, 1)
	for body, again := range map[string]bool{
		`nothing`: true, `{}`: true, `{"batch":"b","sheet":-1,"line":0}`: true, `{"batch":"b","sheet":0,"line":20}`: true,
		`{"batch":"gone","sheet":0,"line":0}`:             false,
		`{"batch":"` + made.ID + `","sheet":7,"line":0}`:  false,
		`{"batch":"` + made.ID + `","sheet":0,"line":11}`: false,
	} {
		got, _ := b.Work(t.Context(), []queue.Message{{ID: "1", Body: body, Received: 1}})
		if (len(got) > 0) != again {
			t.Errorf("%s: got again %v, want %v", body, got, again)
		}
	}
	if len(w.begun) > 0 {
		t.Errorf("got runs %v, want none", w.begun)
	}
}
